using System.Diagnostics;
using System.Text.Json;
using Hub.Processes;
using Hub.Processes.Bus;
using Hub.Servers;
using Npgsql;

namespace Hub.Bus.Rebus.Tests;

/// <summary>The bus's server is killed, with messages waiting and effects under way.</summary>
public sealed class PostgresGoneTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_GoneForAWhile_LosesNothingAndGoesOnByItself()
    {
        await using var server = await InfraTool.StartAsync(["postgres"]);
        await using var hub = new BusEnd();
        await using var other = new BusEnd();
        await other.OpenAsync(RebusTransports.Postgres, new BusPlace(server.Postgres, "other", "others"));
        await other.Bus!.SubscribeAsync("events");
        await other.Bus.SendAsync("before", "hub", Message("Say"), Cancel);
        await hub.OpenAsync(RebusTransports.Postgres, new BusPlace(server.Postgres, "hub", "events"));
        await UntilAsync(async () => await hub.HandledAsync() == 1, "the one before");
        var publish = BusEffects.Runners(hub.Store, () => hub.Bus).Single(runner => runner.Kind == BusEffects.Publish);
        var call = new EffectCall("list", "a", BusEffects.Publish, BusEffects.Of(Message("Said")).Body, 1) { Seq = 7 };

        await server.KillAsync("postgres");
        await Assert.ThrowsAnyAsync<Exception>(() => publish.Run(call, Cancel));
        await server.UpAsync("postgres");
        NpgsqlConnection.ClearAllPools();

        await UntilAsync(async () => await TriesAsync(() => publish.Run(call, Cancel)), "the effect");
        await UntilAsync(async () => await TriesAsync(() => other.Bus.SendAsync("after", "hub", Message("Say"), Cancel)), "the one after, sent");
        await UntilAsync(async () => await hub.HandledAsync() == 2, "the one after");
        await UntilAsync(() => Task.FromResult(!other.Came.IsEmpty), "the event");
    }

    private static async Task<bool> TriesAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Connections of before, whose server is gone: as the pump does, it is tried again.
            Debug.Write(e.Message);
            return false;
        }
    }

    private static BusMessage Message(string kind) => new(kind, "a", JsonSerializer.SerializeToElement(new { }));

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var since = Stopwatch.StartNew(); !await condition(); await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel))
        {
            Assert.True(since.Elapsed < TimeSpan.FromMinutes(2), $"{what} did not come");
        }
    }
}
