using System.Collections.Immutable;
using Hub.Adapters.Stock.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Stock;

/// <summary>What a person has to look at of stock and prices, for <c>hub status</c> (docs/operate/stock.md).</summary>
internal sealed partial class StockTroubles(
    StockRoute route, FetchStock fetch, StockStore stock, TimeProvider time, ILogger<StockTroubles> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private volatile string[] _told = [];

    /// <summary>As they were seen last.</summary>
    public ImmutableArray<string> Tell() => [.. _told];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        do
        {
            try
            {
                _told = [.. route.Problems(), .. Owner(), .. await RefusedAsync(stoppingToken)];
            }
#pragma warning disable CA1031 // The consumer loop: a store that fails now is asked again at the next tick, and the trouble is told.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogStoreFailed(logger, e);
                _told = [$"the store of the stock can't be reached, so no channel is told: {e.Message}"];
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<string> Owner() =>
        route.Owner is { } owner && fetch.Problem is { } problem ? [$"{owner.Config.Name} owns the stock, and {problem}"] : [];

    private async Task<IEnumerable<string>> RefusedAsync(CancellationToken cancellationToken) =>
        (await stock.CountRefusedAsync(cancellationToken)).Select(one =>
            $"{one.Channel} refused the {one.Kind} of {one.Count} {(one.Count == 1 ? "article" : "articles")}; hub stock list --refused");

    [LoggerMessage(LogLevel.Warning, "What channels refused could not be read from the store of the stock.")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception);
}
