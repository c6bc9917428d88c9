using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace Hub.Processes;

/// <summary>An effect under way, from its claim to its outcome.</summary>
/// <remarks>
/// Of one that has a look-up: 1. Is it begun already, or may a lost store have run it? Look it up: finished, or surely absent, or ask again
/// later. 2. Write down that it begins. 3. Run it. 4. Finish it with its reply, or postpone it. A kill between any two of these ends at 1.
/// A claim that can't be held any longer cuts the call before anybody else may look it up.
/// </remarks>
internal sealed partial class EffectFlight(
    IProcessStore store, PendingEffect effect, EffectRunner runner, ProcessOptions options, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan StoreDown = TimeSpan.FromMinutes(10);
    private readonly CancellationTokenSource _lost = new(Timeout.InfiniteTimeSpan, time);

    public PendingEffect Effect => effect;

    /// <summary>How long after this instance's end the effect may still take place.</summary>
    public TimeSpan Window { get; private set; }

    public Task Task { get; private set; } = Task.CompletedTask;

    /// <param name="claimed">When the claim was asked for, a timestamp.</param>
    /// <param name="ended">Called when nothing of it goes on any more.</param>
    /// <param name="cut">What is under way is left as by a kill.</param>
    public void Start(long claimed, Action ended, CancellationToken cut)
    {
        Window = runner.LookUp is null ? TimeSpan.Zero : runner.Window();
        Renewed(claimed, held: true);
        Task = Task.Run(() => FlyAsync(ended, cut), CancellationToken.None);
    }

    public void Dispose() => _lost.Dispose();

    /// <param name="since">When it was asked for, a timestamp.</param>
    /// <param name="held">False: it is somebody else's now.</param>
    public void Renewed(long since, bool held)
    {
        if (store.Lease is not { } lease)
        {
            return;
        }

        try
        {
            var left = lease - time.GetElapsedTime(since);
            _lost.CancelAfter(held && left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    private async Task FlyAsync(Action ended, CancellationToken cut)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cut, _lost.Token);
        try
        {
            await RunAsync(either.Token, cut);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // As after a kill: if it was begun it is looked up later.
            if (!cut.IsCancellationRequested)
            {
                LogLost(logger, effect.Kind, effect.Key);
            }
        }
#pragma warning disable CA1031 // The consumer loop: what was begun stays begun in the store, so nothing is forgotten.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(logger, e, effect.Kind, effect.Key, options.FirstBackOff);
            await Task.Delay(options.FirstBackOff, time, cut).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await ReleaseAsync();
            ended();
        }
    }

    private async Task RunAsync(CancellationToken calls, CancellationToken cut)
    {
        var call = new EffectCall(effect.Process, effect.Key, effect.Kind, effect.Body, effect.Attempts + 1) { Seq = effect.Seq };
        if (runner.LookUp is not null && (effect.BegunAt is not null || runner.MayHaveRun(call)))
        {
            var found = await TryAsync(runner.LookUp, call, calls);
            if (found is not EffectOutcome.Absent)
            {
                // A look-up that fails says nothing about the effect: it stays begun.
                await SettleAsync(call, found, begun: true, TimeSpan.Zero, cut);
                return;
            }
        }

        if (runner.LookUp is not null && !await store.BeginAsync(effect, Window, calls))
        {
            return;
        }

        var outcome = await TryAsync(runner.Run, call, calls);
        var begun = outcome is EffectOutcome.Unknown && runner.LookUp is not null;
        await SettleAsync(call, outcome, begun, begun ? Window : TimeSpan.Zero, cut);
    }

    private async Task SettleAsync(EffectCall call, EffectOutcome outcome, bool begun, TimeSpan window, CancellationToken cut)
    {
        if (outcome is EffectOutcome.Finished finished)
        {
            await KeepAsync(cancel => store.FinishAsync(effect, finished, null, cancel), cut);
            return;
        }

        var (said, reason, after) = outcome switch
        {
            EffectOutcome.Again again => ("failed", again.Reason, again.After),
            EffectOutcome.Unknown unknown => ("unknown", unknown.Reason, null),
            _ => throw new InvalidOperationException($"{effect.Kind} ended as {outcome.GetType().Name}, which only a look-up may."),
        };
        if (time.GetUtcNow() - effect.CreatedAt >= options.Patience)
        {
            LogGivenUp(logger, effect.Kind, effect.Key, reason);

            // Of one without look-up nobody noted whether an earlier attempt got through.
            var mayHave = begun || runner.LookUp is null;
            var givenUp = new EffectOutcome.Finished("dead letter", runner.GivenUp(call, reason, mayHave), Detail: reason);
            await KeepAsync(cancel => store.FinishAsync(effect, givenUp, new GivenUp(reason, mayHave), cancel), cut);
            return;
        }

        var wait = options.BackOff(call.Attempt);
        wait = after > wait ? after.Value : wait;
        await KeepAsync(cancel => store.PostponeAsync(effect, new Postponement(said, reason, begun, window > wait ? window : wait), cancel), cut);
    }

    private static async Task<EffectOutcome> TryAsync(
        Func<EffectCall, CancellationToken, Task<EffectOutcome>> act, EffectCall call, CancellationToken cancel)
    {
        try
        {
            return await act(call, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
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

    /// <summary>What came of it is known here alone: a store that is down for a while is waited for.</summary>
    private async Task KeepAsync(Func<CancellationToken, Task> write, CancellationToken cut)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                await write(cut);
                return;
            }
            catch (DbException e) when (!cut.IsCancellationRequested && time.GetElapsedTime(since) < StoreDown)
            {
                LogNotKept(logger, e, effect.Kind, effect.Key, options.FirstBackOff);
                await Task.Delay(options.FirstBackOff, time, cut);
            }
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await store.ReleaseAsync(effect, CancellationToken.None);
        }
#pragma warning disable CA1031 // The consumer loop: a claim that can't be given up ends by itself.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotKept(logger, e, effect.Kind, effect.Key, options.FirstBackOff);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Kind} for {Key} was given up and is a dead letter now: {Reason}")]
    private static partial void LogGivenUp(ILogger logger, string kind, string key, string reason);

    [LoggerMessage(LogLevel.Warning, "{Kind} for {Key} was cut: this plane could not hold its claim in the store. It is looked up.")]
    private static partial void LogLost(ILogger logger, string kind, string key);

    [LoggerMessage(LogLevel.Error, "{Kind} for {Key} failed; it is tried again in {After}.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string kind, string key, TimeSpan after);

    [LoggerMessage(LogLevel.Warning, "What came of {Kind} for {Key} could not be kept; it is tried again in {After}.")]
    private static partial void LogNotKept(ILogger logger, Exception exception, string kind, string key, TimeSpan after);
}
