using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Processes;

/// <summary>
/// Moves everything on: handles messages one by one in the order they came, and runs effects beside each other.
/// </summary>
/// <remarks>
/// 1. Handle what is due: state, effects and journal in one transaction a message. 2. Start due effects, a few of each kind at a time.
/// An effect that has a look-up: 3. is it begun already, or may a lost store have run it? Look it up: finished, or surely absent, or ask again later. 4. Write down
/// that it begins. 5. Run it. 6. Finish it with its reply, or postpone it. A kill between any two of these ends at 3.
/// </remarks>
public sealed partial class ProcessPump : BackgroundService
{
    private readonly ProcessStore _store;
    private readonly Dictionary<string, ProcessDefinition> _definitions;
    private readonly Dictionary<string, EffectRunner> _runners;
    private readonly ProcessOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ProcessPump> _logger;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ConcurrentDictionary<long, (string Kind, Task Task)> _inFlight = new();

    public ProcessPump(
        ProcessStore store,
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

    /// <summary>Nothing is handled or run before it is completed.</summary>
    public Task Begin { get; init; } = Task.CompletedTask;

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var cut = new CancellationTokenSource();
        _store.Changed += Wake;
        try
        {
            await Begin.WaitAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                var next = MoveOn(cut.Token);
                using var timer = next is null ? null : _time.CreateTimer(_ => Wake(), null, next.Value, Timeout.InfiniteTimeSpan);
                await _wake.WaitAsync(stoppingToken);
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
            await Task.WhenAll(_inFlight.Values.Select(effect => effect.Task));
        }
    }

    /// <summary>Does what is due.</summary>
    /// <returns>How long there is nothing to do; null: until something new comes.</returns>
    private TimeSpan? MoveOn(CancellationToken cut)
    {
        try
        {
            while (_store.HandleNext(_definitions) is { } handled)
            {
                if (handled.Error is not null)
                {
                    LogDeadMessage(_logger, handled.Error, handled.Message.Kind, handled.Message.Key);
                }
            }

            // Seen before the store is read: an effect that ends after the reading is still due by what was read, and must not run again.
            var running = _inFlight.Keys.ToHashSet();
            foreach (var effect in _store.DueEffects(_runners.Keys))
            {
                if (!running.Contains(effect.Seq) && _inFlight.Values.Count(other => other.Kind == effect.Kind) < _options.Lanes)
                {
                    // Kept before it is started: the task takes itself out again when it ends.
                    var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _inFlight[effect.Seq] = (effect.Kind, RunAsync(effect, start.Task, cut));
                    start.SetResult();
                }
            }

            var next = _store.NextDue() - _time.GetUtcNow();
            return next < TimeSpan.Zero ? TimeSpan.Zero : next;
        }
#pragma warning disable CA1031 // The consumer loop: a store that fails now (disk full, locked) is tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogStoreFailed(_logger, e, _options.FirstBackOff);
            return _options.FirstBackOff;
        }
    }

    private async Task RunAsync(PendingEffect effect, Task start, CancellationToken cut)
    {
        await start;
        try
        {
            await RunAsync(effect, _runners[effect.Kind], cut);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            // As after a kill: if it was begun it is looked up after the restart.
        }
#pragma warning disable CA1031 // The consumer loop: what was begun stays begun in the store, so nothing is forgotten.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogStoreFailed(_logger, e, _options.FirstBackOff);
            await Task.Delay(_options.FirstBackOff, _time, cut).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _inFlight.TryRemove(effect.Seq, out _);
            Wake();
        }
    }

    private async Task RunAsync(PendingEffect effect, EffectRunner runner, CancellationToken cut)
    {
        var call = new EffectCall(effect.Process, effect.Key, effect.Kind, effect.Body, effect.Attempts + 1);
        if (effect.BegunAt is not null || runner.MayHaveRun(call))
        {
            var found = await TryAsync(runner.LookUp ?? throw new InvalidOperationException($"{effect.Kind} has no look-up."), call, cut);
            if (found is not EffectOutcome.Absent)
            {
                // A look-up that fails says nothing about the effect: it stays begun.
                Settle(effect, runner, call, found, begun: true, TimeSpan.Zero);
                return;
            }
        }

        var window = runner.LookUp is null ? TimeSpan.Zero : runner.Window();
        if (runner.LookUp is not null && !_store.Begin(effect, window))
        {
            return;
        }

        var outcome = await TryAsync(runner.Run, call, cut);
        var begun = outcome is EffectOutcome.Unknown && runner.LookUp is not null;
        Settle(effect, runner, call, outcome, begun, begun ? window : TimeSpan.Zero);
    }

    private void Settle(
        PendingEffect effect, EffectRunner runner, EffectCall call, EffectOutcome outcome, bool begun, TimeSpan window)
    {
        if (outcome is EffectOutcome.Finished finished)
        {
            _store.Finish(effect, finished);
            return;
        }

        var (said, reason, after) = outcome switch
        {
            EffectOutcome.Again again => ("failed", again.Reason, again.After),
            EffectOutcome.Unknown unknown => ("unknown", unknown.Reason, null),
            _ => throw new InvalidOperationException($"{effect.Kind} ended as {outcome.GetType().Name}, which only a look-up may."),
        };
        if (_time.GetUtcNow() - effect.CreatedAt >= _options.Patience)
        {
            LogGivenUp(_logger, effect.Kind, effect.Key, reason);

            // Of one without look-up nobody noted whether an earlier attempt got through.
            var mayHave = begun || runner.LookUp is null;
            _store.Finish(
                effect, new EffectOutcome.Finished("dead letter", runner.GivenUp(call, reason, mayHave), Detail: reason), deadLetter: true);
            return;
        }

        var wait = _options.BackOff(call.Attempt);
        wait = after > wait ? after.Value : wait;
        _store.Postpone(effect, said, reason, begun, window > wait ? window : wait);
    }

    private static async Task<EffectOutcome> TryAsync(
        Func<EffectCall, CancellationToken, Task<EffectOutcome>> act, EffectCall call, CancellationToken cut)
    {
        try
        {
            return await act(call, cut);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // The consumer loop: an effect that throws may have had its effect.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new EffectOutcome.Unknown(e.Message);
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

    [LoggerMessage(LogLevel.Error, "{Kind} for {Key} was given up and is a dead letter now: {Reason}")]
    private static partial void LogGivenUp(ILogger logger, string kind, string key, string reason);

    [LoggerMessage(LogLevel.Error, "The store of processes failed; it is tried again in {After}.")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception, TimeSpan after);
}
