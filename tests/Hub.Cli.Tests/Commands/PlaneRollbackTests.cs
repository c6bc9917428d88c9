using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Hub.Cli.Tests.Commands;

[Trait("Rule", "12")]
public sealed class PlaneRollbackTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task Rollback_ControlDown_GoesToThePlanesOfTheFolder()
    {
        await using var first = await PlaneAsync("hub-data/gw-1");
        await using var second = await PlaneAsync("hub-data/gw-2");

        var typed = await _hand.TypeAsync(
            "group", "rollback", "catalog", "--evacuate", "--control", "http://127.0.0.1:1", "--token", "t");

        Assert.Equal(0, typed.ExitCode);
        Assert.Contains("does not answer", typed.Error, StringComparison.Ordinal);
        Assert.Contains("gw-1: catalog goes to legacy", typed.Output, StringComparison.Ordinal);
        Assert.Contains("gw-2: catalog goes to legacy", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_PlaneGiven_AsksNoControl()
    {
        await using var plane = await PlaneAsync("gw-9");

        var typed = await _hand.TypeAsync("group", "rollback", "--all", "--plane", "gw-9", "--json");

        Assert.Equal(0, typed.ExitCode);
        Assert.Equal("", typed.Error);
        Assert.True(JsonDocument.Parse(typed.Output).RootElement[0].GetProperty("rolledBack").GetBoolean());
    }

    [Fact]
    public async Task Rollback_NoPlaneInFolder_FailsWithWords()
    {
        var typed = await _hand.TypeAsync("group", "rollback", "--all", "--plane", "nowhere");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("no gateway plane runs on", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_OnePlaneDead_StillTellsTheOther()
    {
        await using var living = await PlaneAsync("hub-data/gw-2");
        var dead = Path.Combine(_hand.Folder, "hub-data", "gw-1");
        Directory.CreateDirectory(dead);
        await File.WriteAllTextAsync(Path.Combine(dead, "rollback.sock"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(dead, "rollback.token"), "x", TestContext.Current.CancellationToken);

        var typed = await _hand.TypeAsync("group", "rollback", "--all", "--control", "http://127.0.0.1:1", "--token", "t");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("gw-1: does not answer", typed.Output, StringComparison.Ordinal);
        Assert.Contains("gw-2: every group goes to legacy", typed.Output, StringComparison.Ordinal);
    }

    private async Task<WebApplication> PlaneAsync(string folder)
    {
        var path = Path.Combine(_hand.Folder, folder);
        Directory.CreateDirectory(path);
        await File.WriteAllTextAsync(Path.Combine(path, "rollback.token"), "plane-token\n", TestContext.Current.CancellationToken);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.ListenUnixSocket(Path.Combine(path, "rollback.sock")));
        var plane = builder.Build();
        plane.Run(context =>
        {
            context.Response.StatusCode =
                context.Request is { Method: "POST", Path.Value: "/rollback" }
                && context.Request.Headers.Authorization == "Bearer plane-token" ? 200 : 401;
            return Task.CompletedTask;
        });
        await plane.StartAsync(TestContext.Current.CancellationToken);
        return plane;
    }
}
