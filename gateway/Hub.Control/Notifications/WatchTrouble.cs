using System.Collections.Immutable;
using Hub.Control.Forwarding;
using Hub.Control.Pages;
using Hub.Control.Planes;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Control.Notifications;

/// <summary>
/// Tells, every 15 seconds, of what no audit row tells: dead letters and parked orders, keys that went into quarantine,
/// connectors that began to fail or are up again. Only while somebody is to be told.
/// </summary>
/// <remarks>
/// Up to where orders and quarantine were told is kept in the store: what came while control was away is told when it is back.
/// A connector's state is remembered in memory only.
/// </remarks>
internal sealed partial class WatchTrouble(
    NotificationStore store, StatusComposer status, PlaneRegistry planes, PlaneCalls calls, RevisionLog revisions, TimeProvider time,
    ILogger<WatchTrouble> logger) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private Dictionary<string, string> _connectors = [];
    private bool _forgotten;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Beat, time, stoppingToken);
            if (revisions.Current.Document.Config.Notifications.Count > 0)
            {
                await LookAsync(stoppingToken);
            }
            else if (!_forgotten)
            {
                await store.ForgetMarksAsync();
                (_connectors, _forgotten) = ([], true);
            }
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        _forgotten = false;
        var now = await status.ComposeAsync(cancellationToken);
        var orders = await OrdersAsync(cancellationToken);
        var marks = store.Marks();
        var (told, reached) = Trouble.Between(marks, _connectors, now, orders, time.GetUtcNow());
        var changed = reached.Where(mark => !marks.TryGetValue(mark.Key, out var was) || was != mark.Value).ToDictionary();
        if (told.Count > 0 || changed.Count > 0)
        {
            await store.AddAsync(revisions.Current.Document.Config.Notifications, told, changed);
        }

        // A plane that does not answer for a while has no fewer troubles for that.
        foreach (var connector in now.Connectors)
        {
            _connectors[connector.Name] = connector.State;
        }
    }

    /// <summary>Null where no adapters plane answers.</summary>
    private async Task<ImmutableArray<OrderView>?> OrdersAsync(CancellationToken cancellationToken)
    {
        if (planes.Live("adapters") is not [var plane, ..])
        {
            return null;
        }

        try
        {
            return await calls.GetAsync<ImmutableArray<OrderView>>(plane, $"/api/orders?troubled=true&take={Trouble.MostOrders}", Patience, time, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            LogNoAnswer(logger, plane.Name, e.Message);
            return null;
        }
    }

    [LoggerMessage(32, LogLevel.Warning, "{Plane} does not say which orders are in trouble: {Problem}; it is asked again in 15 s")]
    private static partial void LogNoAnswer(ILogger logger, string plane, string problem);
}
