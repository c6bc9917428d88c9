using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;

namespace Hub.Migration.Snapshots;

/// <summary>
/// Copies the tables that a target lacks by Debezium's incremental snapshots; no row of legacy's tables is read by the hub. One table after
/// the other:
/// 1. the table begins at a watermark: its changes are applied from there on, and the signal's id is kept with that;
/// 2. the signal is written, a row in the connector's table of signals; after a restart once more, which changes nothing where it stands there;
/// 3. the rows come in the stream as any change does, between the changes that are newer than they are;
/// 4. what the connector says at the end is kept with the last of them.
/// </summary>
/// <param name="again">Called with the tables that were copied again, once all are: rows that legacy no longer has are still in the target.</param>
internal sealed class SignalledCopier(
    ISourceDatabase source, SignalledCopies copies, SignalRounds rounds, DatasetSignals signals, Action<ImmutableArray<string>> again, TimeProvider time) : ITableCopier
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Uncaptured = TimeSpan.FromSeconds(5);
    private volatile CopyProgress? _progress;
    private volatile TargetState? _state;
    private volatile string? _problem;
    private ImmutableSortedSet<string> _again = [];

    public CopyProgress? Progress => _progress;

    public ImmutableSortedSet<string> Unordered => _again;

    public IEnumerable<string> Problems
    {
        get
        {
            var said = (_state?.Copies.Values ?? []).Where(copy => copy is { Done: false, Signal: not null }).Select(copy => signals.Explain(copy)).OfType<string>();
            return _problem is { } problem ? said.Append(problem) : said;
        }
    }

    public void Applied(TargetState state) => _state = state;

    public async Task RunAsync(ImmutableArray<DatabaseTable> tables, TargetState state, CancellationToken cancellationToken)
    {
        _state = state;
        if (tables.Any(table => CopyOf(table) is { Done: false, Signal: not null }))
        {
            // The dataset may have been paused, and the connector with it.
            await signals.ResumeAsync(cancellationToken);
        }

        var anew = ImmutableArray.CreateBuilder<string>();
        foreach (var table in tables)
        {
            if (CopyOf(table) is { Done: false } copy && !SignalWord.IsFailure(copy.Said))
            {
                var wasThere = copy is { Begun: true, Signal: null };
                await CopyAsync(table, cancellationToken);
                if (wasThere && CopyOf(table) is { Done: true })
                {
                    anew.Add(table.Name);
                    ImmutableInterlocked.Update(ref _again, names => names.Add(table.Name));
                }
            }
        }

        (_progress, _problem) = (null, null);
        if (anew.Count > 0)
        {
            again(anew.ToImmutable());
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
    }

    private async Task CopyAsync(DatabaseTable table, CancellationToken cancellationToken)
    {
        var estimate = await source.EstimateRowsAsync(table, cancellationToken);
        _progress = CopyProgress.Of(table.Name, CopyOf(table)!.Rows, estimate, TimeSpan.Zero, 0);

        // 1.
        if (CopyOf(table) is { Signal: null })
        {
            await CapturedAsync(table, cancellationToken);
            copies.Want(table.Name, rounds.Next(table.Name, _state!.Counter));
            while (CopyOf(table) is { Signal: null })
            {
                await Task.Delay(Look, time, cancellationToken);
            }
        }

        // 2.
        await signals.ExecuteAsync(table.Name, CopyOf(table)!.Signal!, cancellationToken);

        // 3. and 4.
        var (begin, before) = (time.GetTimestamp(), CopyOf(table)!.Rows);
        while (CopyOf(table) is { Done: false } copy && !SignalWord.IsFailure(copy.Said))
        {
            _progress = CopyProgress.Of(table.Name, copy.Rows, estimate, time.GetElapsedTime(begin), copy.Rows - before);
            _problem = copy.Said is null && time.GetElapsedTime(begin) > Silence ? signals.Unheard(copy) : null;
            await Task.Delay(Look, time, cancellationToken);
        }

        _problem = null;
    }

    /// <summary>Rows of a table that is not captured would be copied, and no change of them would ever come.</summary>
    private async Task CapturedAsync(DatabaseTable table, CancellationToken cancellationToken)
    {
        while (await signals.UncapturedAsync(table.Name, cancellationToken) is { } uncaptured)
        {
            _problem = uncaptured;
            await Task.Delay(Uncaptured, time, cancellationToken);
        }

        _problem = null;
    }

    private CopyState? CopyOf(DatabaseTable table) => _state?.Copies.GetValueOrDefault(table.Name);
}
