using Hub.Adapters.Webhooks;
using Hub.Connectors.Webhooks;
using Hub.Processes;
using Microsoft.Extensions.Hosting;

namespace Hub.Adapters.Connectors;

/// <summary>
/// Asks one connector again and again: when a webhook hints at news or when it is time, whichever comes first, and by one plane where several share the store.
/// </summary>
/// <param name="what">What it is asked for, in the name of the turn that planes take.</param>
/// <param name="every">How often it is asked where nothing hints at news.</param>
internal abstract class ConnectorPoll(string what, WebhookTopic topic, TimeSpan every, IProcessStore store, Hints hints, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly string _plane = Guid.NewGuid().ToString("N");

    protected IProcessStore Store { get; } = store;

    protected TimeProvider Time { get; } = time;

    /// <summary>Whom to ask; null where there is nobody, or nobody for now.</summary>
    protected abstract Connector? Find();

    protected abstract Task FetchAsync(Connector connector, CancellationToken cancellationToken);

    /// <summary>Store or vendor failed. It is asked again.</summary>
    protected abstract void Failed(Exception exception);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                if (Find() is not { } connector)
                {
                    await Task.Delay(LookEvery, Time, stoppingToken);
                    continue;
                }

                // A turn outlasts the pause between two polls, so that it is renewed by them.
                if (await Store.TakeTurnAsync($"fetch {what} {connector.Config.Name}", _plane, every * 3, stoppingToken))
                {
                    await FetchAsync(connector, stoppingToken);
                }

                await hints.WaitAsync(connector.Config.Name, topic, every, stoppingToken);
            }
#pragma warning disable CA1031 // The consumer loop: a store or a vendor that fails now is asked again.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Failed(e);
                await Task.Delay(LookEvery, Time, stoppingToken);
            }
        }
    }
}
