using System.Text;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification.Joined;

/// <summary>
/// Has rows of a table with joins made anew: their roots' rows are read between two watermarks and put into the stream where the second one
/// stands, which computes all rows of their owners. A row that nobody makes is deleted there first. Roots that the stream touches
/// meanwhile are left to it.
/// </summary>
internal sealed class JoinedRepair(VerifiedTarget target, TableMapping table, DatabaseTable root, TimeProvider time)
{
    private const int Rounds = 3;
    private readonly JoinedKeys _keys = new(target, table);
    private readonly JoinedExtra _extra = new(target, table);
    private readonly JoinedComparison _rows = new(target, table);

    /// <returns>Those that still differ.</returns>
    public async Task<List<Difference>> RunAsync(IReadOnlyList<StoredDifference> differences, CancellationToken cancellationToken)
    {
        var suspects = differences.Select(difference => new Suspect(
            KeyText.Read(difference.Key), difference.SourceKey is null ? null : ChangeRow.Parse(Encoding.UTF8.GetBytes(difference.SourceKey)))).ToList();
        for (var round = 1; ; round++)
        {
            await WriteAsync(suspects, cancellationToken);
            var left = await _rows.LookAgainAsync(suspects, cancellationToken);
            if (left.Count == 0 || round == Rounds)
            {
                return left;
            }
        }
    }

    private async Task WriteAsync(List<Suspect> suspects, CancellationToken cancellationToken)
    {
        using var window = new StreamWindow(target, time, Note);
        var low = await window.MarkAsync(cancellationToken);
        await window.AppliedAsync(low, cancellationToken);

        // Whether a row is extra is asked once more from here on: what makes it legitimate later passes by.
        var extra = await _extra.FindAsync([.. suspects.Select(suspect => suspect.Key)], cancellationToken);
        var roots = suspects.Select(suspect => suspect.SourceKey).Concat(extra.Select(difference => difference.SourceKey)).OfType<ChangeRow>()
            .DistinctBy(key => key.ToJson()).ToDictionary(key => key.ToJson());
        var rows = roots.Count == 0 ? [] : (await target.Source.ReadRowsAsync(root, [.. roots.Values], cancellationToken))
            .ToDictionary(row => VerifiedTarget.KeyOf(root, row).ToJson());
        window.Passing = (mark, changes, next) =>
        {
            if (mark > low && window.Since(low) is { } touched)
            {
                var gone = extra.ToLookup(difference => difference.SourceKey?.ToJson());
                foreach (var (key, value) in roots.Where(key => !touched.ContainsKey(Row(key.Key))))
                {
                    AddRoot(value, rows.GetValueOrDefault(key), gone[key], changes, next.Highest);
                }

                foreach (var difference in gone[null].Where(difference => !touched.ContainsKey(Part(_keys.OfKey(difference.Key)))))
                {
                    AddDelete(difference, changes, next.Highest);
                }
            }
        };
        await window.AppliedAsync(await window.MarkAsync(cancellationToken), cancellationToken);
    }

    private void Note(ChangeEvent change, ReadOnlySpan<RowEffect> effects, TouchedKeys touched)
    {
        if (change.Table != root.Name)
        {
            return;
        }

        if (change.Operation == ChangeOperation.Truncate)
        {
            touched.AddAll();
            return;
        }

        touched.Add(Row(change.Key.ToJson()), change.Key, row: null);
        if (change.After is { } after && _keys.OfRoot(after) is { } part)
        {
            touched.Add(Part(part), change.Key, row: null);
        }
    }

    // A root's key, and what it says of the target's: two kinds of keys that are told apart by their first word.
    private static object?[] Row(string key) => ["row", key];

    private static object?[] Part(object?[] part) => ["part", .. part];

    private void AddRoot(ChangeRow key, ChangeRow? row, IEnumerable<Difference> gone, MappedChanges changes, Position position)
    {
        var change = new ChangeEvent(row is null ? ChangeOperation.Delete : ChangeOperation.Read, root.Name, key, Before: null, row, position, time.GetUtcNow());
        var effects = gone.Select(difference => new RowEffect(table, difference.Key, Row: null)).ToList();
        if (target.Mapping.Map(change, effects) is null)
        {
            changes.Add(change, [.. effects]);
        }
    }

    /// <summary>Under the name of the kept rows, which no change of the source has: it is the target's row alone that goes.</summary>
    private void AddDelete(Difference difference, MappedChanges changes, Position position)
    {
        var key = new ChangeRow(
            new ColumnNames([.. table.Key.Select(place => table.Columns[place].Name)]),
            [.. difference.Key.Select(value => KeyText.Print(value) is { } text ? new ChangeValue(ChangeValueKind.Text, text) : ChangeValue.Null)]);
        changes.Add(
            new ChangeEvent(ChangeOperation.Delete, table.KeptName(table.From), key, Before: null, After: null, position, time.GetUtcNow()),
            [new RowEffect(table, difference.Key, Row: null)]);
    }
}
