using System.Collections.Immutable;
using Hub.Adapters.Stock.Store;
using Hub.Connectors;
using Hub.Processes;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Stock;

/// <summary>
/// Tells one channel one kind of value: of each article the last one only, in the vendor's batches, at the vendor's pace.
/// </summary>
/// <remarks>
/// 1. Take what waits longest and is not under way. 2. Write down that the channel's value is not known. 3. Call. 4. Keep what came of it. A kill between
/// any two of these ends in telling it again. Calls run beside each other as far as the pace asks for it, never two of one article.
/// A batch that is not taken is told again in halves, so that one article that the vendor chokes on is alone in the end.
/// </remarks>
internal sealed partial class ChannelTeller : IAsyncDisposable
{
    private const int MostAtOnce = 4;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly StockStore _stock;
    private readonly IProcessStore _turns;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly SemaphoreSlim _slots;
    private readonly Lock _lock = new();
    private readonly HashSet<(string Sku, string Place)> _underWay = [];
    private readonly ChannelPace _pace;
    private readonly int _most;
    private readonly Task _running;

    /// <param name="name">Who takes the turn where several planes share the store.</param>
    public ChannelTeller(ChannelPort port, StockStore stock, IProcessStore turns, string name, TimeProvider time, ILogger logger)
    {
        (Port, _stock, _turns, _name, _time, _logger) = (port, stock, turns, name, time, logger);
        _pace = new ChannelPace(port.CallsPerSecond, time);
        _most = (int)Math.Clamp(Math.Ceiling(port.CallsPerSecond), 1, MostAtOnce);
        _slots = new SemaphoreSlim(_most);
        _running = Task.Run(RunAsync);
    }

    public ChannelPort Port { get; }

    private string Channel => Port.Channel.Name;

    private string Kind => Port.Channel.Kind;

    /// <summary>Ends when no call is under way any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var cancel = _stop.Token;
        _stock.Changed += Wake;
        try
        {
            while (true)
            {
                try
                {
                    await TellNextAsync(cancel);
                }
#pragma warning disable CA1031 // The consumer loop: a store that fails now is tried again.
                catch (Exception e) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    LogFailed(_logger, e, Channel, Kind);
                    await Task.Delay(LookEvery, _time, cancel);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        finally
        {
            _stock.Changed -= Wake;
            for (var i = 0; i < _most; i++)
            {
                await _slots.WaitAsync(CancellationToken.None);
            }

            _slots.Dispose();
            _pace.Dispose();
            _wake.Dispose();
        }
    }

    private async Task TellNextAsync(CancellationToken cancellationToken)
    {
        if (!await _turns.TakeTurnAsync($"tell {Kind} {Channel}", _name, Turn, cancellationToken))
        {
            await Task.Delay(Turn / 3, _time, cancellationToken);
            return;
        }

        await _slots.WaitAsync(cancellationToken);
        var flies = false;
        try
        {
            if (_pace.Pause is var pause && pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _time, cancellationToken);
                return;
            }

            var batch = await TakeAsync(cancellationToken);
            if (batch.IsEmpty)
            {
                await WaitAsync(cancellationToken);
                return;
            }

            _pace.Taken();
            lock (_lock)
            {
                _underWay.UnionWith(batch.Select(telling => (telling.Sku.Text, telling.Place)));
            }

            flies = true;
            _ = Task.Run(() => FlyAsync(batch, cancellationToken), CancellationToken.None);
        }
        finally
        {
            if (!flies)
            {
                _slots.Release();
            }
        }
    }

    /// <summary>The next batch: what waits longest, each article once, in a company as large as its failures allow.</summary>
    private async Task<ImmutableArray<Telling>> TakeAsync(CancellationToken cancellationToken)
    {
        // Those of before the read: one that ends while it is read would be taken as it was then, with a value that is no longer the last.
        ImmutableHashSet<(string Sku, string Place)> busy;
        lock (_lock)
        {
            busy = [.. _underWay];
        }

        var due = (await _stock.GetDueAsync(Channel, Kind, busy.Count + (2 * Port.BatchSize), cancellationToken))
            .Where(telling => !busy.Contains((telling.Sku.Text, telling.Place))).DistinctBy(telling => telling.Sku).ToImmutableArray();
        if (due.IsEmpty)
        {
            return [];
        }

        var attempts = due[0].Attempts;
        return [.. due.Where(telling => telling.Attempts == attempts).Take(Math.Max(1, Port.BatchSize >> Math.Min(attempts, 30)))];
    }

    private async Task FlyAsync(ImmutableArray<Telling> batch, CancellationToken cancellationToken)
    {
        try
        {
            // The longest that VendorCalls waits for an answer, and then the vendor's own time.
            var longest = (Port.Timeout * 2) + Port.LimitWait + Port.Window;
            await _stock.BeginAsync(Channel, Kind, batch, _time.GetUtcNow() + longest, cancellationToken);
            var outcome = await CallAsync(batch, cancellationToken);
            await _stock.FinishAsync(Channel, Kind, Ends(batch, outcome), cancellationToken);
        }
#pragma warning disable CA1031 // The consumer loop: what was begun is told again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(_logger, e, Channel, Kind);
            }
        }
        finally
        {
            lock (_lock)
            {
                _underWay.ExceptWith(batch.Select(telling => (telling.Sku.Text, telling.Place)));
            }

            Wake();
            _slots.Release();
        }
    }

    private async Task<CallOutcome<ImmutableArray<NotTaken>>> CallAsync(ImmutableArray<Telling> batch, CancellationToken cancellationToken)
    {
        try
        {
            await _pace.TurnAsync(cancellationToken);
            return await Port.TellAsync(batch, cancellationToken);
        }
#pragma warning disable CA1031 // The edge to a connector: what it throws may have had an effect.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new CallOutcome<ImmutableArray<NotTaken>>.Unknown(e.Message);
        }
    }

    private ImmutableArray<TellingEnd> Ends(ImmutableArray<Telling> batch, CallOutcome<ImmutableArray<NotTaken>> outcome)
    {
        var now = _time.GetUtcNow();
        switch (outcome)
        {
            case CallOutcome<ImmutableArray<NotTaken>>.Done { Value: var notTaken }:
                _pace.Answered();
                var left = notTaken.GroupBy(one => one.Sku).ToDictionary(one => one.Key, one => one.First());
                return [.. batch.Select(telling => left.TryGetValue(telling.Sku, out var why) ? NotTakenEnd(telling, why, now) : new TellingEnd(telling, TellingOutcome.Taken))];
            case CallOutcome<ImmutableArray<NotTaken>>.Refused refused:
                _pace.Answered();
                LogRefused(_logger, Channel, Kind, batch.Length, refused.Reason);
                return batch.Length == 1
                    ? [new TellingEnd(batch[0], TellingOutcome.Refused, refused.Reason)]
                    : [.. batch.Select(telling => new TellingEnd(telling, TellingOutcome.Again, refused.Reason) { Due = now, Counts = true })];
            case CallOutcome<ImmutableArray<NotTaken>>.NotDone notDone:
                var (until, _) = Rest(notDone.After, notDone.Reason);
                return [.. batch.Select(telling => new TellingEnd(telling, TellingOutcome.Again, notDone.Reason) { Due = until })];
            default:
                // Of a vendor that answers nobody no batch is to blame.
                var reason = ((CallOutcome<ImmutableArray<NotTaken>>.Unknown)outcome).Reason;
                var (rest, first) = Rest(null, reason);
                return [.. batch.Select(telling => new TellingEnd(telling, TellingOutcome.Again, reason) { Due = rest, Unsure = now + Port.Window, Counts = first })];
        }
    }

    private static TellingEnd NotTakenEnd(Telling telling, NotTaken why, DateTimeOffset now) => why.Again
        ? new TellingEnd(telling, TellingOutcome.Again, why.Reason) { Due = now + ChannelPace.BackOff(telling.Attempts), Counts = true }
        : new TellingEnd(telling, TellingOutcome.Refused, why.Reason);

    private (DateTimeOffset Until, bool First) Rest(TimeSpan? after, string reason)
    {
        var (until, first) = _pace.Failed(after);
        LogRests(_logger, Channel, Kind, until, reason);
        return (until, first);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        // What came through another plane is seen at the next look.
        using var timer = _time.CreateTimer(_ => Wake(), null, LookEvery, Timeout.InfiniteTimeSpan);
        await _wake.WaitAsync(cancellationToken);
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake, or gone.
        }
    }

    [LoggerMessage(LogLevel.Error, "{Channel} could not be told its {Kind}; it is tried again.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string channel, string kind);

    [LoggerMessage(LogLevel.Warning, "{Channel} refused {Kind} of {Count}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string channel, string kind, int count, string reason);

    [LoggerMessage(LogLevel.Warning, "{Channel} takes no {Kind} now and is left alone until {Until:u}: {Reason}")]
    private static partial void LogRests(ILogger logger, string channel, string kind, DateTimeOffset until, string reason);
}
