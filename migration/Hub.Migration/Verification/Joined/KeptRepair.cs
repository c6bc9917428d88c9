using System.Text;
using Hub.ChangeFeed;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification.Joined;

/// <summary>
/// Brings kept source rows that differ through the pipeline once more, between two watermarks, as <see cref="RepairKeys"/> does:
/// with them the rows of their owners are made anew, those of before and of now.
/// </summary>
internal sealed class KeptRepair(VerifiedTarget target, KeptTable kept, TimeProvider time)
{
    private readonly KeptSuspects _suspects = new(target, kept, time);

    /// <returns>Those that still differ.</returns>
    public async Task<List<Difference>> RunAsync(IReadOnlyList<StoredDifference> differences, CancellationToken cancellationToken)
    {
        var keys = differences.Select(difference => ChangeRow.Parse(Encoding.UTF8.GetBytes(difference.SourceKey!))).ToList();
        using var window = kept.Watch(time);
        var low = await window.MarkAsync(cancellationToken);
        var rows = new Dictionary<object?[], ChangeRow>(KeyComparer.Instance);
        foreach (var row in await target.Source.ReadRowsAsync(kept.Source, keys, cancellationToken))
        {
            rows[KeptTable.KeyOf(VerifiedTarget.KeyOf(kept.Source, row))] = row;
        }

        window.Passing = (mark, changes, next) =>
        {
            if (mark > low && window.Since(low) is { } touched)
            {
                foreach (var key in keys.Where(key => !touched.ContainsKey(KeptTable.KeyOf(key))))
                {
                    Add(key, rows.GetValueOrDefault(KeptTable.KeyOf(key)), changes, next.Highest);
                }
            }
        };
        await window.AppliedAsync(await window.MarkAsync(cancellationToken), cancellationToken);
        return await _suspects.CheckAsync(keys, cancellationToken);
    }

    private void Add(ChangeRow key, ChangeRow? row, MappedChanges changes, Position position)
    {
        var change = new ChangeEvent(
            row is null ? ChangeOperation.Delete : ChangeOperation.Read, kept.Source.Name, key, Before: null, row, position, time.GetUtcNow());
        var effects = new List<RowEffect>();
        if (target.Mapping.Map(change, effects) is null)
        {
            changes.Add(change, [.. effects]);
        }
    }
}
