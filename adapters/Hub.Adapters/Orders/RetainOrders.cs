using System.Collections.Immutable;
using Hub.Adapters.Connectors;
using Hub.Connectors;
using Hub.Processes;
using Hub.Processes.Erasing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Orders;

/// <summary>
/// Takes buyers' data out of orders that came to their end so many days ago: as the config says for their channel, or else as long as the marketplace that gave
/// them lets a seller keep it, or else as the config says for all.
/// </summary>
internal sealed partial class RetainOrders(
    ConnectorSet connectors, IProcessStore store, PersonalData personal, TimeProvider time, ILogger<RetainOrders> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Where several planes share the store, one of them does it.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(10);

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Retention? _retention;

    /// <summary>What the config says now; what is due by it goes at once.</summary>
    public void Take(OrdersConfig config)
    {
        _retention = config.Kept;
        Interlocked.Exchange(ref _news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var news = Volatile.Read(ref _news).Task;
            try
            {
                await RunAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The consumer loop: a store that fails now is asked again within the hour.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(logger, e);
            }

            await Task.WhenAny(news, Task.Delay(Every, time, stoppingToken));
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Goes over all that is due.</summary>
    /// <returns>How many orders were rewritten.</returns>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (_retention is not { } retention)
        {
            return 0;
        }

        var vendors = connectors.All.Select(connector => connector.Find<IOrderSource>()).OfType<IOrderSource>()
            .GroupBy(source => source.Channel).ToImmutableDictionary(sources => sources.Key, sources => sources.Min(source => source.Retention));
        var own = retention.Channels.Keys.Union(vendors.Where(vendor => vendor.Value is not null).Select(vendor => vendor.Key)).ToImmutableHashSet();
        var rewritten = 0;
        foreach (var channel in own)
        {
            var kept = retention.Channels.TryGetValue(channel, out var configured) ? configured : vendors[channel];
            rewritten += kept is { } days ? await EraseAsync($"{channel}/", days, [], cancellationToken) : 0;
        }

        return rewritten + (retention.Default is { } all ? await EraseAsync("", all, own, cancellationToken) : 0);
    }

    private async Task<int> EraseAsync(string prefix, TimeSpan kept, ImmutableHashSet<string> except, CancellationToken cancellationToken)
    {
        var rewritten = 0;
        var query = new EndedQuery(OrderDefinition.Name, prefix, PersonalData.Ended, time.GetUtcNow() - kept);
        while (await store.TakeTurnAsync("retention", _owner, Turn, cancellationToken) && await store.ListEndedAsync(query, cancellationToken) is { IsEmpty: false } keys)
        {
            foreach (var key in keys.Where(key => !except.Contains(key.Split('/')[0])))
            {
                var outcome = await personal.EraseAsync(
                    new ProcessKey(OrderDefinition.Name, key), $"by the retention of {kept.TotalDays:0.##} days", null, cancellationToken);
                rewritten += outcome == EraseOutcome.Erased ? 1 : 0;
            }

            query = query with { After = keys[^1] };
        }

        if (rewritten > 0)
        {
            LogErased(logger, rewritten, prefix.Length > 0 ? prefix.TrimEnd('/') : "all other channels", kept.TotalDays);
        }

        return rewritten;
    }

    [LoggerMessage(LogLevel.Information, "Took the buyers' data out of {Count} orders of {Channel} that ended more than {Days} days ago.")]
    private static partial void LogErased(ILogger logger, int count, string channel, double days);

    [LoggerMessage(LogLevel.Warning, "Buyers' data whose time is over could not be taken out of the store of orders; it is tried again within the hour.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
