using System.Collections.Immutable;
using Hub.Adapters.References;
using Hub.Adapters.Stock.Store;
using Hub.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Stock;

/// <summary>Keeps a <see cref="ChannelTeller"/> for each channel and kind that the config asks for; what a changed config leaves out is told nothing more.</summary>
internal sealed partial class TellChannels(
    StockRoute route, StockStore stock, IProcessStore turns, ReferenceTables references, AdaptersOptions options, TimeProvider time, ILogger<TellChannels> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly string _name = Guid.NewGuid().ToString("N");
    private ImmutableArray<ChannelTeller> _tellers = [];
    private DateTimeOffset _setAt;
    private long _rows;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            do
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
#pragma warning disable CA1031 // The consumer loop: a store that fails now is tried again at the next tick.
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    LogFailed(logger, e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            // The connectors are disposed of next, which waits for calls under way.
            await StopTellersAsync();
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var rows = references.Version;
        if (route.Channels is not { } ports || rows < 0)
        {
            return;
        }

        // With new cross references, and now and then, anew: what a channel refused may be right by now.
        var same = _setAt != default && Same(ports);
        if (same && rows == _rows && time.GetUtcNow() - _setAt < options.SweepEvery)
        {
            return;
        }

        if (!same)
        {
            await StopTellersAsync();
            _tellers = [];
        }

        await stock.SetChannelsAsync([.. ports.Select(port => port.Channel)], cancellationToken);
        if (!same)
        {
            _tellers = [.. ports.Select(port => new ChannelTeller(port, stock, turns, _name, time, logger))];
        }

        (_setAt, _rows) = (time.GetUtcNow(), rows);
    }

    private Task StopTellersAsync() => Task.WhenAll(_tellers.Select(teller => teller.DisposeAsync().AsTask()));

    private bool Same(ImmutableArray<ChannelPort> ports) =>
        ports.Select(port => (port.Channel, port.Owner)).SequenceEqual(_tellers.Select(teller => (teller.Port.Channel, teller.Port.Owner)));

    [LoggerMessage(LogLevel.Error, "The store of the stock failed; it is tried again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
