using Hub.Running.Changes;
using Hub.Servers;

namespace Hub.Acceptance;

/// <summary>What breaks while changes flow; drawn from a seed, told as it happens.</summary>
internal sealed class ChangeFaults(
    ChangesRun run, LegacyDatabase legacy, InfraTool legacyServer, InfraTool targetServer, bool kafka, Random random, Action<string> tell)
{
    private int _columns;
    private bool _second;

    /// <summary>Does at legacy what its administrator does before the first start, as the hub says it.</summary>
    public async Task PrepareAsync()
    {
        if (!kafka)
        {
            return;
        }

        await legacy.RunAsync(await run.ConnectorAsync("--sql"));
        if (legacy.Dialect == LegacyDialect.MariaDb)
        {
            // Logins are made locked, for a person to give them a password.
            await legacy.RunAsync("alter user hub account unlock");
        }

        await run.ConnectorAsync("--apply");
    }

    /// <summary>Breaks one thing after the other until it is told to stop; each is mended before the next breaks.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 3_000)), TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            switch (random.Next(kafka ? 8 : 5))
            {
                case 0 or 1:
                    tell("kill -9 of the migration plane");
                    run["migration-1"].Kill();
                    await PauseAsync();
                    await run.StartPlaneAsync();
                    break;
                case 2:
                    tell("kill -9 of New's database");
                    await targetServer.KillAsync("postgres");
                    await PauseAsync();
                    await targetServer.UpAsync("postgres");
                    break;
                case 3:
                    tell("a column is added at legacy");
                    await legacy.RunAsync($"alter table customer add column later_{_columns++} integer");
                    break;
                case 4:
                    tell(_second ? "the second plane is killed" : "a second plane joins");
                    if (_second)
                    {
                        run["migration-2"].Kill();
                    }
                    else
                    {
                        await run.StartPlaneAsync("migration-2");
                    }

                    _second = !_second;
                    break;
                case 5:
                    await BreakAsync("kafka");
                    break;
                default:
                    await BreakAsync("connect");
                    break;
            }
        }
    }

    /// <summary>All stands again.</summary>
    public async Task MendAsync()
    {
        if (_second)
        {
            run["migration-2"].Kill();
        }

        if (kafka)
        {
            // Kafka Connect gives a task up that lost its broker for too long; an operator starts it again.
            await run.ConnectorAsync("--apply");
        }
    }

    /// <summary>Kills a server of legacy's side and starts it again.</summary>
    public async Task BreakAsync(string server)
    {
        tell($"kill -9 of {server}");
        await legacyServer.KillAsync(server);
        await PauseAsync();
        await legacyServer.UpAsync(server);
    }

    private Task PauseAsync() => Task.Delay(random.Next(100, 1_500));
}
