using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;
using Microsoft.Extensions.Logging;

namespace Hub.Migration.Pipelines;

/// <summary>
/// The source's side of a dataset: keeps the capture installed, writes the watermark each second, and prunes what all
/// targets have applied.
/// </summary>
internal sealed partial class DatasetCapture(
    string dataset, SqliteSource source, IReadOnlyList<string> tables, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private const int PruneEachTicks = 10;
    private volatile CaptureStanding _standing = new(null, ["The capture in the source is being installed."]);

    /// <summary>Whether the source is captured, and what is in the way.</summary>
    public CaptureStanding Standing => _standing;

    /// <param name="applied">The position that all targets have applied and keep.</param>
    public async Task RunAsync(Func<Position> applied, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await KeepAsync(applied, cancellationToken);
            }
            catch (Exception e)
            {
                Log.CaptureFails(logger, dataset, e);
                _standing = new(_standing.Outcome, [$"The source {source.Path} can't be used: {e.Message} It is tried again each second."]);
            }

            await Pause(cancellationToken);
        }
    }

    private async Task KeepAsync(Func<Position> applied, CancellationToken cancellationToken)
    {
        if (!File.Exists(source.Path))
        {
            _standing = new(null, [$"There is no {source.Path} yet; it is waited for. Correct Source.Sqlite if the path is wrong."]);
            return;
        }

        using var log = new SqliteChangeLog(source, dataset, tables);
        var schema = -1L;
        for (var tick = 0; !cancellationToken.IsCancellationRequested; tick++)
        {
            // Legacy may have made a table anew, and its triggers went with the old one: perhaps while they were looked at.
            while (log.SchemaVersion is var seen && seen != schema)
            {
                var outcome = new SqliteCapture(source).Install(dataset, tables);
                if (outcome.Tables.IsEmpty)
                {
                    _standing = new(outcome, outcome.Refusal is null ? outcome.Waiting : [outcome.Refusal]);
                    return;
                }

                schema = seen;
                if (log.SchemaVersion == seen)
                {
                    _standing = new(outcome, outcome.Warnings);
                }
            }

            log.WriteWatermark(time.GetUtcNow());
            if (tick % PruneEachTicks == PruneEachTicks - 1)
            {
                Prune(log, applied(), cancellationToken);
            }

            await Pause(cancellationToken);
        }
    }

    private static void Prune(SqliteChangeLog log, Position applied, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && log.Prune(applied) == SqliteChangeLog.PruneAtOnce)
        {
        }
    }

    private async Task Pause(CancellationToken cancellationToken) =>
        await Task.Delay(Tick, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The capture of {Dataset} can't be kept; it is tried again")]
        public static partial void CaptureFails(ILogger logger, string dataset, Exception exception);
    }
}

/// <summary>How a capture stands.</summary>
/// <param name="Outcome">What was installed last; null where nothing is yet.</param>
/// <param name="Problems">What is in the way now.</param>
internal sealed record CaptureStanding(CaptureOutcome? Outcome, IReadOnlyList<string> Problems)
{
    public bool Ready => Outcome is { Tables.IsEmpty: false };
}
