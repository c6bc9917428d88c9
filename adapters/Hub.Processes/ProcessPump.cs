using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Processes;

/// <summary>
/// Moves everything on: handles messages, those of a key in the order they came, and runs effects beside each other. Several
/// pumps may work on one store.
/// </summary>
/// <remarks>
/// 1. Handle what is due: state, effects and journal in one transaction. 2. Claim due effects, a few of each lane at a time; those never tried before have
/// places of their own, so that what fails again and again holds up nothing new. <see cref="EffectFlight"/> runs them.
/// </remarks>
public sealed partial class ProcessPump : BackgroundService
{
    // Where another instance holds what is due, it is asked for again after this.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(20);
    private readonly IProcessStore _store;
    private readonly Dictionary<string, ProcessDefinition> _definitions;
    private readonly Dictionary<string, EffectRunner> _runners;
    private readonly ProcessOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ProcessPump> _logger;
    private readonly string _owner = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ConcurrentDictionary<long, EffectFlight> _inFlight = new();
    private volatile bool _rests;

    public ProcessPump(
        IProcessStore store,
        IEnumerable<ProcessDefinition> definitions,
        IEnumerable<EffectRunner> runners,
        ProcessOptions options,
        TimeProvider time,
        ILogger<ProcessPump> logger)
    {
        (_store, _options, _time, _logger) = (store, options, time, logger);
        _definitions = definitions.ToDictionary(definition => definition.Name);
        _runners = runners.ToDictionary(runner => runner.Kind);
    }

    /// <summary>Effects that are being run or looked up now.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>All that is due is under way, and it waits for something new or for the time.</summary>
    internal bool Rests => _rests;

    /// <summary>Nothing is handled or run before it is completed.</summary>
    public Task Begin { get; init; } = Task.CompletedTask;

    /// <summary>Lanes that are held: what waits in them is not run, as long as that is so.</summary>
    public Func<string, bool> Holds { get; init; } = _ => false;

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var cut = new CancellationTokenSource();
        var renewing = Task.CompletedTask;
        _store.Changed += Wake;
        try
        {
            await Begin.WaitAsync(stoppingToken);
            renewing = _store.Lease is { } lease ? RenewAsync(lease, cut.Token) : Task.CompletedTask;
            while (!stoppingToken.IsCancellationRequested)
            {
                var next = await MoveOnAsync(stoppingToken, cut.Token);
                using var timer = next is null ? null : _time.CreateTimer(_ => Wake(), null, next.Value, Timeout.InfiniteTimeSpan);
                _rests = true;
                await _wake.WaitAsync(stoppingToken);
                _rests = false;
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping. What is begun and gets cut is looked up after the restart.
        }
        finally
        {
            _store.Changed -= Wake;
            cut.CancelAfter(_options.Drain);
            await Task.WhenAll(_inFlight.Values.Select(flight => flight.Task));
            await cut.CancelAsync();
            await renewing;
        }
    }

    /// <summary>Does what is due.</summary>
    /// <returns>How long there is nothing to do; null: until something new comes.</returns>
    private async Task<TimeSpan?> MoveOnAsync(CancellationToken stopping, CancellationToken cut)
    {
        try
        {
            ImmutableArray<HandledMessage> handled;
            do
            {
                handled = await _store.HandleAsync(_definitions, stopping);
                foreach (var (message, error) in handled.Where(one => one.Error is not null))
                {
                    LogDeadMessage(_logger, error!, message.Kind, message.Key);
                }

                await StartDueAsync(stopping, cut);
            }
            while (!handled.IsEmpty);

            var next = await _store.NextDueAsync(stopping);
            next = next < ShortestWait ? ShortestWait : next;
            return _store.PollEvery is { } poll && (next is null || next > poll) ? poll : next;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // The consumer loop: a store that fails now (disk full, server down) is tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogStoreFailed(_logger, e, _options.FirstBackOff);
            return _options.FirstBackOff;
        }
    }

    private async Task StartDueAsync(CancellationToken stopping, CancellationToken cut)
    {
        var lanes = await _store.GetLanesAsync(stopping);
        var free = lanes.Where(lane => !Holds(lane)).Select(Free).Where(lane => lane.Fresh > 0 || lane.Again > 0).ToImmutableArray();
        if (free.IsEmpty)
        {
            return;
        }

        var before = _time.GetTimestamp();
        foreach (var effect in await _store.ClaimAsync(new EffectClaim(_owner, [.. _runners.Keys], free), stopping))
        {
            // Kept before it is started: the flight takes itself out again when it ends.
            var flight = new EffectFlight(_store, effect, _runners[effect.Kind], _options, _time, _logger);
            if (!_inFlight.TryAdd(effect.Seq, flight))
            {
                flight.Dispose();
                continue;
            }

            flight.Start(
                before,
                () =>
                {
                    _inFlight.TryRemove(effect.Seq, out _);
                    flight.Dispose();
                    Wake();
                },
                cut);
        }
    }

    private LaneClaim Free(string lane)
    {
        var tried = _inFlight.Values.Where(flight => flight.Effect.Lane == lane).ToLookup(flight => flight.Effect.Attempts > 0);
        return new LaneClaim(lane, _options.Lanes - tried[false].Count(), Math.Max(1, _options.Lanes / 2) - tried[true].Count());
    }

    /// <summary>Holds what is in flight; what could not be held in time is cut before somebody else may take it.</summary>
    private async Task RenewAsync(TimeSpan lease, CancellationToken cut)
    {
        using var timer = new PeriodicTimer(lease / 3, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cut))
            {
                var flights = _inFlight.Values.ToList();
                if (flights.Count == 0)
                {
                    continue;
                }

                try
                {
                    var before = _time.GetTimestamp();
                    var held = await _store.RenewAsync(_owner, flights.ToDictionary(flight => flight.Effect.Seq, flight => flight.Window), cut);
                    foreach (var flight in flights)
                    {
                        flight.Renewed(before, held.Contains(flight.Effect.Seq));
                    }
                }
#pragma warning disable CA1031 // The consumer loop: a store that fails now is tried again at the next tick.
                catch (Exception e) when (!cut.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    LogStoreFailed(_logger, e, lease / 3);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    [LoggerMessage(LogLevel.Error, "{Kind} for {Key} could not be handled and is a dead letter now.")]
    private static partial void LogDeadMessage(ILogger logger, Exception exception, string kind, string key);

    [LoggerMessage(LogLevel.Error, "The store of processes failed; it is tried again in {After}.")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception, TimeSpan after);
}
