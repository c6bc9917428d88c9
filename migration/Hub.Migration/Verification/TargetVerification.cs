using Hub.Migration.Applying;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification;

/// <summary>
/// Verifies a target's tables, one after another, and repairs what differs where that is asked for. How far it came is kept
/// in the target: one that was interrupted goes on there.
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
            foreach (var table in target.Mapping.Tables.Where(table => table.Joins.IsEmpty && (request.Table is null || table.Name == request.Table)))
            {
                await CompareAsync(table, cancellationToken);
                if (request.Repair)
                {
                    await RepairAsync(table, cancellationToken);
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

    private async Task CompareAsync(TableMapping table, CancellationToken cancellationToken)
    {
        var source = target.Tables[table.From];
        var fingerprint = FingerprintOf(table);
        var before = (await _kept.ReadAsync(cancellationToken)).FirstOrDefault(known => known.Table == table.Name);
        var goesOn = before is { EndedAt: null } && before.Mapping == fingerprint && before.BeganAt > time.GetUtcNow() - request.GoesOnWithin;
        if (!goesOn)
        {
            await _kept.BeginAsync(table.Name, fingerprint, time.GetUtcNow(), cancellationToken);
        }

        var pace = new VerificationPace(request.RowsPerSecond, time) { ChunkRows = request.ChunkRows ?? new VerificationPace(request.RowsPerSecond, time).ChunkRows };
        var (rows, found) = goesOn ? (before!.Rows, before.Found) : (0, default);
        var from = goesOn ? before!.LastKey : null;
        var of = await target.Source.EstimateRowsAsync(source, cancellationToken);
        _progress = new VerificationProgress(table.Name, rows, of, pace, request.Background);

        async Task KeepAsync(TableStep step)
        {
            var (differences, quarantined) = await TellApartAsync(table, step.Differences, cancellationToken);
            (rows, found) = (rows + step.Rows, found + DifferenceCounts.Of(differences, quarantined));
            await _kept.StepAsync(table, step.LastKey, rows, found, differences, request.Clear, time.GetUtcNow(), cancellationToken);
            _progress = new VerificationProgress(table.Name, rows, of, pace, request.Background);
        }

        try
        {
            await new TableCheck(target with { Mapping = new TargetMapping([table]) }, table, source, pace, time) { Settled = KeepAsync }.RunAsync(from, cancellationToken);
        }
        catch (UnorderedKeysException)
        {
            await _kept.BeginAsync(table.Name, fingerprint, time.GetUtcNow(), cancellationToken);
            (rows, found) = (0, default);
            await new KeyedTableCheck(target with { Mapping = new TargetMapping([table]) }, table, source, pace, time) { Settled = KeepAsync }.RunAsync(cancellationToken);
        }

        await _kept.EndAsync(table.Name, found, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>Keys that wait in quarantine differ for that reason: they are counted, and not among the differences.</summary>
    private async Task<(List<Difference> Differences, long Quarantined)> TellApartAsync(
        TableMapping table, List<Difference> differences, CancellationToken cancellationToken)
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
            foreach (var entry in entries.Where(entry => entry.Change.Table == table.From))
            {
                foreach (var image in new[] { entry.Change.Before, entry.Change.After, entry.Change.Key })
                {
                    if (image is not null && table.MapKey(image) is { } key)
                    {
                        waiting.Add(target.AsRead(key));
                    }
                }
            }

            if (entries.Length < Page)
            {
                break;
            }

            after = entries[^1].Id;
        }

        var others = differences.FindAll(difference => !waiting.Contains(difference.Key));
        return (others, differences.Count - others.Count);
    }

    private async Task RepairAsync(TableMapping table, CancellationToken cancellationToken)
    {
        var repair = new RepairKeys(target, table, target.Tables[table.From], time);
        for (var after = ""; ;)
        {
            var differences = await _kept.ListAsync(table.Name, after, RepairAtOnce, cancellationToken);
            if (differences.IsEmpty)
            {
                return;
            }

            var left = await repair.RunAsync(differences, cancellationToken);
            await _kept.SettleAsync(table, differences, left, request.Clear, time.GetUtcNow(), cancellationToken);
            after = differences[^1].Key;
        }
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

    /// <summary>Rows between two watermarks; null: by the pace.</summary>
    public int? ChunkRows { get; init; }
}

/// <summary>How far a table is.</summary>
/// <param name="Of">About how many rows it has, where the source says so.</param>
internal sealed record VerificationProgress(string Table, long Rows, long? Of, VerificationPace Pace, bool Background);
