using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Migration.Applying;
using Hub.Migration.Config;
using Microsoft.Extensions.Logging;

namespace Hub.Migration.Verification;

/// <summary>
/// Verifies one target, one run at a time: when a person asks, at full speed, and else by itself at the rate and as often as the
/// config says. What a person asks for takes the place of one in the background, which goes on where that was.
/// </summary>
/// <param name="now">The target as it is at work; null while it is not fed.</param>
internal sealed partial class TargetVerifier(
    string dataset, string target, ITargetStore store, Func<VerifiedTarget?> now, VerifyConfig config, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookAtStore = TimeSpan.FromSeconds(2);
    private readonly Lock _lock = new();
    private readonly VerificationTable _kept = new(store, dataset, target);
    private volatile TargetVerification? _running;
    private volatile VerificationStanding _standing = new(null, default, 0);
    private VerificationRequest? _asked;
    private CancellationTokenSource? _stopRun;
    private volatile string? _problem;
    private DateTimeOffset _notBefore;

    public string Target => target;

    /// <summary>What is known of it, some seconds old at most: for the gates.</summary>
    public VerificationStanding Standing => _standing;

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(VerifyAsync(cancellationToken), WatchAsync(cancellationToken));

    /// <summary>Asks for a verification; the one in the background makes room.</summary>
    /// <returns>False where one that a person asked for is under way.</returns>
    public bool Ask(VerificationRequest request)
    {
        lock (_lock)
        {
            if (_asked is not null)
            {
                return false;
            }

            (_asked, _notBefore, _problem) = (request, default, null);
            _stopRun?.Cancel();
            return true;
        }
    }

    public async Task<VerificationView> ViewAsync(CancellationToken cancellationToken)
    {
        var tables = await TablesAsync(cancellationToken);
        var progress = _running?.Progress;
        var counts = tables.Aggregate(default(DifferenceCounts), (sum, table) => sum + table.Known);
        var verified = VerifiedAt(tables);
        bool asked;
        lock (_lock)
        {
            asked = _asked is not null;
        }

        return new VerificationView(
            dataset, target,
            _running is not null ? "running" : asked ? "asked for" : counts.Differences > 0 ? "different" : verified is null ? "never" : "verified",
            verified, counts.Missing, counts.Extra, counts.Mismatched, (await store.ReadStateAsync(cancellationToken))?.Quarantined ?? 0,
            [.. tables.Select(table => View(table, progress?.Table == table.Table ? progress : null))],
            _problem ?? (asked && now() is not { Stream.Waits: null } ? $"{target} is not fed now: {now()?.Stream.Waits ?? "it waits."}" : null));
    }

    public Task<ImmutableArray<StoredDifference>> DifferencesAsync(string table, string after, int count, CancellationToken cancellationToken) =>
        _kept.ListAsync(table, after, count, cancellationToken);

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await TurnAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // Asked to make room, or to end: the loop's condition tells.
            }
            catch (Exception e)
            {
                Log.Fails(logger, dataset, target, e);
                _problem = $"The verification of {target} broke off: {e.Message} It is tried again, and goes on where it was.";
                _notBefore = time.GetUtcNow().AddSeconds(30);
            }

            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _standing = await StandAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                // Nobody can say: the gates hold.
                Log.Unreadable(logger, dataset, target, e);
                _standing = new VerificationStanding(null, default, 0);
            }

            await Task.Delay(LookAtStore, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<VerificationStanding> StandAsync(CancellationToken cancellationToken)
    {
        var tables = await TablesAsync(cancellationToken);
        var state = await store.ReadStateAsync(cancellationToken);
        return new VerificationStanding(VerifiedAt(tables), tables.Aggregate(default(DifferenceCounts), (sum, table) => sum + table.Known), state?.Quarantined ?? 0);
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        VerificationRequest? request;
        lock (_lock)
        {
            request = _asked;
        }

        if (now() is not { Stream.Waits: null } fed || time.GetUtcNow() < _notBefore || (request ?? await DueAsync(fed, cancellationToken)) is not { } run)
        {
            return;
        }

        var verification = new TargetVerification(fed, run, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_lock)
        {
            if (!ReferenceEquals(request, _asked))
            {
                return;
            }

            _stopRun = stop;
        }

        _running = verification;
        try
        {
            await verification.RunAsync(stop.Token);
            _problem = null;
            lock (_lock)
            {
                _asked = ReferenceEquals(_asked, request) ? null : _asked;
            }
        }
        finally
        {
            _running = null;
            lock (_lock)
            {
                _stopRun = null;
            }

            _standing = await StandAsync(CancellationToken.None);
        }
    }

    private async Task<VerificationRequest?> DueAsync(VerifiedTarget fed, CancellationToken cancellationToken)
    {
        if (config.RowsPerSecond == 0)
        {
            return null;
        }

        var known = await _kept.ReadAsync(cancellationToken);
        foreach (var part in VerifiedPart.Of(fed.Mapping.Tables))
        {
            var last = known.FirstOrDefault(kept => kept.Table == part.Name);
            if (last is null || last.EndedAt is null || time.GetUtcNow() - last.BeganAt >= config.Every || last.Mapping != TargetVerification.FingerprintOf(part.Table))
            {
                return new VerificationRequest(RowsPerSecond: config.RowsPerSecond, Background: true) { Part = part.Name, GoesOnWithin = config.Every };
            }
        }

        _notBefore = time.GetUtcNow().AddSeconds(10);
        return null;
    }

    /// <summary>Those that the mapping still has, as it is now.</summary>
    private async Task<ImmutableArray<TableVerification>> TablesAsync(CancellationToken cancellationToken)
    {
        var kept = await _kept.ReadAsync(cancellationToken);
        return now() is not { } fed ? kept
            : [.. kept.Where(table => VerifiedPart.Of(fed.Mapping.Tables).Any(part => part.Name == table.Table && TargetVerification.FingerprintOf(part.Table) == table.Mapping))];
    }

    /// <summary>Null where a table never was, or can't be told because the target is not at work.</summary>
    private DateTimeOffset? VerifiedAt(ImmutableArray<TableVerification> tables) =>
        now() is { } fed && VerifiedPart.Of(fed.Mapping.Tables).All(part => tables.Any(table => table.Table == part.Name && table.VerifiedAt is not null)) && !tables.IsEmpty
            ? tables.Min(table => table.VerifiedAt)
            : null;

    private static TableVerificationView View(TableVerification table, VerificationProgress? progress)
    {
        var left = progress?.Of - table.Rows;
        var rate = progress?.Pace.Rate;
        return new TableVerificationView(
            table.Table, progress is not null, progress is null ? table.Rows : Math.Max(table.Rows, progress.Rows), progress?.Of, rate,
            left > 0 && rate > 0 ? left / rate : null, table.VerifiedAt, table.Known.Missing, table.Known.Extra, table.Known.Mismatched, table.Known.Quarantined);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The verification of {Dataset} at {Target} broke off; it goes on where it was")]
        public static partial void Fails(ILogger logger, string dataset, string target, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "What verification found of {Dataset} at {Target} can't be read now")]
        public static partial void Unreadable(ILogger logger, string dataset, string target, Exception exception);
    }
}

/// <summary>What verification says of a target.</summary>
/// <param name="VerifiedAt">When the newest run that came to its end began, of the table where that is longest ago; null: some table never was, or nobody can say.</param>
/// <param name="Known">Rows that are known to differ.</param>
/// <param name="Quarantined">Keys that wait now.</param>
internal sealed record VerificationStanding(DateTimeOffset? VerifiedAt, DifferenceCounts Known, long Quarantined);
