using System.Net;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Refit;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

[Trait("Rule", "18")]
public sealed class DiffTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Fact]
    public async Task Diffs_OfTwoPlanes_AreOneList()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var one = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"), api: app => Serve(app, "a", 3, At));
        await using var two = await TestPlane.StartAsync(control, "gw-2", folder.Of("gw-2"), api: app => Serve(app, "b", 4, At.AddMinutes(1)));
        await one.ConnectedAsync();
        await two.ConnectedAsync();

        var kind = Assert.Single(await control.Api.GetDiffsAsync(group: "catalog", cancellationToken: Cancel));
        var diff = await control.Api.GetDiffAsync("b", Cancel);
        var none = await Assert.ThrowsAnyAsync<ApiException>(() => control.Api.GetDiffAsync("c", Cancel));

        Assert.Equal((7, "b"), (kind.Count, kind.Samples[0]));
        Assert.Equal("b", diff.Id);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    private static void Serve(WebApplication app, string id, long count, DateTimeOffset at)
    {
        app.MapGet("/api/diffs", (string? group) => new[] { new DiffKind(group!, "page", "status", true, count, at, "200", "500", [id]) });
        app.MapGet("/api/diffs/{asked}", (string asked) => asked == id
            ? Results.Ok(new DiffView(id, at, "gw", "catalog", "page", [], "GET /", new AnswerView("legacy", 200, [], ""), new AnswerView("new", 500, [], "")))
            : Results.NotFound());
    }
}
