using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

public sealed class ConsumerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Consumers_OfSeveralPlanes_AreAddedUpTheLatestFirst()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var one = await PlaneAsync(control, folder, "gw-1", View("acme", 2, Noon), View("curl", 1, Noon.AddHours(2)));
        await using var two = await PlaneAsync(control, folder, "gw-2", View("acme", 3, Noon.AddHours(1)));
        await one.ConnectedAsync();
        await two.ConnectedAsync();

        var consumers = await control.Api.GetConsumersAsync(Cancel);

        Assert.Equal(["curl", "acme"], consumers.Select(view => view.Consumer));
        Assert.Equal((5L, Noon, Noon.AddHours(1).AddMinutes(1)), (consumers[1].Requests, consumers[1].FirstAt, consumers[1].LastAt));
    }

    private static ConsumerView View(string consumer, long requests, DateTimeOffset at) =>
        new(consumer, "key", "orders-v1", "1", requests, at, at.AddMinutes(1));

    private static Task<TestPlane> PlaneAsync(TestControl control, TestFolder folder, string name, params ImmutableArray<ConsumerView> views) =>
        TestPlane.StartAsync(control, name, folder.Of(name), api: app => app.MapGet("/api/consumers", () => TypedResults.Ok(views)));
}
