using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;
using Hub.Migration.Quarantine;
using Hub.Migration.Verification.Joined;

namespace Hub.Migration.Verification;

/// <summary>
/// Verifies a target's tables, one after another, and repairs what differs where that is asked for; of a table with joins the source
/// rows that are kept for it first. How far it came is kept in the target: one that was interrupted goes on there.
/// </summary>
internal sealed class TargetVerification(VerifiedTarget target, VerificationRequest request, TimeProvider time)
{
    private const int RepairAtOnce = 500;
    private readonly VerificationTable _kept = new(target.Store, target.Dataset, target.Name);
    private volatile VerificationProgress? _progress;

    /// <summary>The table that is compared now; null between tables.</summary>
    public VerificationProgress? Progress => _progress;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var part in VerifiedPart.Of(target.Mapping.Tables).Where(IsWanted))
            {
                await CompareAsync(part, cancellationToken);
                if (request.Repair)
                {
                    await RepairAsync(part, cancellationToken);
                }
            }
        }
        finally
        {
            _progress = null;
        }
    }

    /// <summary>Changes whenever the table is mapped otherwise: what was verified before says nothing then.</summary>
    public static string FingerprintOf(TableMapping table) => $"{table.Fingerprint.Key}|{table.Fingerprint.Columns}";

    private bool IsWanted(VerifiedPart part) => (request.Table is null || part.Table.Name == request.Table) && (request.Part is null || part.Name == request.Part);

    private async Task CompareAsync(VerifiedPart part, CancellationToken cancellationToken)
    {
        var fingerprint = FingerprintOf(part.Table);
        var before = (await _kept.ReadAsync(cancellationToken)).FirstOrDefault(known => known.Table == part.Name);
        var goesOn = before is { EndedAt: null } && before.Mapping == fingerprint && before.BeganAt > time.GetUtcNow() - request.GoesOnWithin;
        if (!goesOn)
        {
            await _kept.BeginAsync(part.Name, fingerprint, time.GetUtcNow(), cancellationToken);
        }

        var pace = new VerificationPace(request.RowsPerSecond, time) { ChunkRows = request.ChunkRows ?? new VerificationPace(request.RowsPerSecond, time).ChunkRows };
        var (rows, found) = goesOn ? (before!.Rows, before.Found) : (0, default);
        var from = goesOn ? before!.LastKey : null;
        var of = await target.Source.EstimateRowsAsync(SourceOf(part), cancellationToken);
        var columns = ColumnsOf(part);
        _progress = new VerificationProgress(part.Name, rows, of, pace, request.Background);

        async Task KeepAsync(TableStep step)
        {
            var (differences, quarantined) = await TellApartAsync(part, step.Differences, cancellationToken);
            (rows, found) = (rows + step.Rows, found + DifferenceCounts.Of(differences, quarantined));
            await _kept.StepAsync(columns, step.LastKey, rows, found, differences, request.Clear, time.GetUtcNow(), cancellationToken);
            _progress = new VerificationProgress(part.Name, rows, of, pace, request.Background);
        }

        try
        {
            await Check(part, pace, KeepAsync).RunAsync(from, cancellationToken);
        }
        catch (UnorderedKeysException)
        {
            await _kept.BeginAsync(part.Name, fingerprint, time.GetUtcNow(), cancellationToken);
            (rows, found) = (0, default);
            await new KeyedTableCheck(Alone(part), part.Table, SourceOf(part), pace, time) { Settled = KeepAsync }.RunAsync(cancellationToken);
        }

        await _kept.EndAsync(part.Name, found, time.GetUtcNow(), cancellationToken);
    }

    private ITableCheck Check(VerifiedPart part, VerificationPace pace, Func<TableStep, Task> settled) => part switch
    {
        { Kept: { } source } => new KeptCheck(target, new KeptTable(target, part.Table, source), pace, time) { Settled = settled },
        { Table.Joins.IsEmpty: false } => new JoinedCheck(target, part.Table, pace) { Settled = settled },
        _ => new TableCheck(Alone(part), part.Table, SourceOf(part), pace, time) { Settled = settled },
    };

    /// <summary>Nothing else is made of the source's rows.</summary>
    private VerifiedTarget Alone(VerifiedPart part) => target with { Mapping = new TargetMapping([part.Table]) };

    private DatabaseTable SourceOf(VerifiedPart part) => target.Tables[part.Kept ?? part.Table.From];

    private ComparedColumns ColumnsOf(VerifiedPart part) => part.Kept is { } source ? new KeptTable(target, part.Table, source).Columns : ComparedColumns.Of(part.Table);

    /// <summary>Keys that wait in quarantine differ for that reason: they are counted, and not among the differences.</summary>
    private async Task<(List<Difference> Differences, long Quarantined)> TellApartAsync(
        VerifiedPart part, List<Difference> differences, CancellationToken cancellationToken)
    {
        if (differences.Count == 0)
        {
            return (differences, 0);
        }

        const int Page = 1_000;
        var waiting = new HashSet<object?[]>(KeyComparer.Instance);
        for (var after = 0L; ;)
        {
            var entries = await target.Store.ListQuarantineAsync(after, Page, cancellationToken);
            waiting.UnionWith(entries.SelectMany(entry => KeysOf(part, entry)));
            if (entries.Length < Page)
            {
                break;
            }

            after = entries[^1].Id;
        }

        var others = differences.FindAll(difference => !waiting.Contains(difference.Key));
        return (others, differences.Count - others.Count);
    }

    /// <summary>The keys that differ because of what waits. Rows with joins never do: the kept rows that they are made of wait with them.</summary>
    private IEnumerable<object?[]> KeysOf(VerifiedPart part, QuarantineEntry entry) => entry.Change.Table != (part.Kept ?? part.Table.From) ? []
        : part.Kept is not null ? [KeptTable.KeyOf(entry.Change.Key)]
        : part.Table.Joins.IsEmpty ? new[] { entry.Change.Before, entry.Change.After, entry.Change.Key }.OfType<ChangeRow>().Select(part.Table.MapKey).OfType<object?[]>().Select(target.AsRead)
        : [];

    private async Task RepairAsync(VerifiedPart part, CancellationToken cancellationToken)
    {
        var repair = Repair(part);
        for (var after = ""; ;)
        {
            var differences = await _kept.ListAsync(part.Name, after, RepairAtOnce, cancellationToken);
            if (differences.IsEmpty)
            {
                return;
            }

            var left = await repair(differences, cancellationToken);
            await _kept.SettleAsync(ColumnsOf(part), differences, left, request.Clear, time.GetUtcNow(), cancellationToken);
            after = differences[^1].Key;
        }
    }

    private Func<IReadOnlyList<StoredDifference>, CancellationToken, Task<List<Difference>>> Repair(VerifiedPart part)
    {
        if (part.Kept is { } source)
        {
            return new KeptRepair(target, new KeptTable(target, part.Table, source), time).RunAsync;
        }

        return part.Table.Joins.IsEmpty ? new RepairKeys(target, part.Table, SourceOf(part), time).RunAsync : new JoinedRepair(target, part.Table, SourceOf(part), time).RunAsync;
    }
}

/// <summary>What is to be verified, and how.</summary>
/// <param name="Table">The target's table; null: all.</param>
/// <param name="Repair">What differs is written again.</param>
/// <param name="Clear">Personal data is kept with the differences.</param>
/// <param name="RowsPerSecond">At most; 0: as fast as it goes.</param>
/// <param name="Background">Nobody waits for it.</param>
internal sealed record VerificationRequest(string? Table = null, bool Repair = false, bool Clear = false, int RowsPerSecond = 0, bool Background = false)
{
    /// <summary>One that was interrupted goes on if it began not longer ago; else it is begun anew.</summary>
    public TimeSpan GoesOnWithin { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Of the tables one part alone (<see cref="VerifiedPart"/>); null: all.</summary>
    public string? Part { get; init; }

    /// <summary>Rows between two watermarks; null: by the pace.</summary>
    public int? ChunkRows { get; init; }
}

/// <summary>How far a table is.</summary>
/// <param name="Of">About how many rows it has, where the source says so.</param>
internal sealed record VerificationProgress(string Table, long Rows, long? Of, VerificationPace Pace, bool Background);
