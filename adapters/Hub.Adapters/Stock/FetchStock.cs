using Hub.Adapters.Connectors;
using Hub.Adapters.Stock.Store;
using Hub.Adapters.Webhooks;
using Hub.Connectors;
using Hub.Connectors.Webhooks;
using Hub.Processes;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Stock;

/// <summary>
/// Asks the owner of the stock for the levels that changed. The cursor is the newest change by the owner's own clock; each read asks again from a while
/// before it, now and then from long before it. Where an order was booked at the owner since, the read goes back to when it came: the change that the
/// booking made may lie before the cursor.
/// </summary>
internal sealed partial class FetchStock(
    StockRoute route, StockStore stock, IProcessStore turns, Hints hints, AdaptersOptions options, TimeProvider time, ILogger<FetchStock> logger)
    : ConnectorPoll("stock", WebhookTopic.Stock, options.StockEvery, turns, hints, time)
{
    private (string Owner, DateTimeOffset At)? _swept;
    private volatile string? _problem;

    /// <summary>Why the owner's levels can't be read now; null: they can.</summary>
    public string? Problem => _problem;

    protected override Connector? Find() => route.OwnerRests ? null : route.Owner;

    protected override Task FetchAsync(Connector connector, CancellationToken cancellationToken) =>
        FetchAsync(connector.Config.Name, connector.Find<IStockSource>()!, cancellationToken);

    protected override void Failed(Exception exception)
    {
        _problem = $"its levels could not be kept: {exception.Message}";
        LogFailed(logger, exception);
    }

    /// <summary>Reads what changed.</summary>
    internal async Task FetchAsync(string owner, IStockSource source, CancellationToken cancellationToken)
    {
        var began = Time.GetUtcNow();
        var sweeps = _swept is not var (of, at) || of != owner || began - at >= options.SweepEvery;
        var read = await stock.BeginReadAsync(owner, cancellationToken);
        var since = Since(read, began, sweeps);
        var newest = read.Cursor;
        string? page = null;
        do
        {
            var outcome = await source.FetchAsync(since, page, cancellationToken);
            if (outcome is not CallOutcome<StockPage>.Done { Value: var fetched })
            {
                // The cursor stays where it was: the next read begins at the first page.
                _problem = $"it did not give its levels: {outcome}";
                LogNotFetched(logger, owner, outcome);
                return;
            }

            await stock.TakeLevelsAsync(read, fetched.Levels, cancellationToken);
            newest = fetched.Latest is { } latest && latest <= Time.GetUtcNow() && (newest is null || latest > newest) ? latest : newest;
            page = fetched.Next;
        }
        while (page is not null);
        await stock.EndReadAsync(read, newest, cancellationToken);
        _problem = null;
        _swept = sweeps ? (owner, began) : _swept;
    }

    private DateTimeOffset Since(StockRead read, DateTimeOffset now, bool sweeps)
    {
        if (read.Cursor is not { } cursor)
        {
            return DateTimeOffset.UnixEpoch;
        }

        var furthest = cursor - options.SweepOverlap;
        var since = sweeps ? furthest : cursor - options.PollOverlap;
        var booked = (read.Booked ?? now) - options.PollOverlap;
        booked = booked < furthest ? furthest : booked;
        return booked < since ? booked : since;
    }

    [LoggerMessage(LogLevel.Warning, "{Connector} did not give its stock: {Outcome}")]
    private static partial void LogNotFetched(ILogger logger, string connector, CallOutcome<StockPage> outcome);

    [LoggerMessage(LogLevel.Error, "The owner's stock could not be taken in; it is asked for again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
