using System.Text;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification;

/// <summary>
/// Writes keys that differ once more, through the pipeline: their source rows are read between two watermarks and put into
/// the stream as copied rows where the second one stands; a key that the source has no row for is deleted there. What the
/// stream touched in between is left to it. Afterwards each key is looked at again.
/// </summary>
internal sealed class RepairKeys(VerifiedTarget target, TableMapping table, DatabaseTable source, TimeProvider time)
{
    private readonly SuspectCheck _suspects = new(target, table, source, time);

    /// <returns>Those that still differ.</returns>
    public async Task<List<Difference>> RunAsync(IReadOnlyList<StoredDifference> differences, CancellationToken cancellationToken)
    {
        var suspects = differences.Select(difference => new Suspect(
            KeyText.Read(difference.Key), difference.SourceKey is null ? null : ChangeRow.Parse(Encoding.UTF8.GetBytes(difference.SourceKey)))).ToList();
        await WriteAsync(suspects, cancellationToken);
        return await _suspects.CheckAsync(suspects, cancellationToken);
    }

    private async Task WriteAsync(List<Suspect> suspects, CancellationToken cancellationToken)
    {
        using var window = StreamWindow.Of(target, table, time);
        var low = await window.MarkAsync(cancellationToken);
        var expected = await SuspectCheck.ReadExpectedAsync(
            target, table, source, [.. suspects.Select(suspect => suspect.SourceKey).OfType<ChangeRow>()], cancellationToken);
        window.Passing = (mark, changes, next) =>
        {
            if (mark > low && window.Since(low) is { } touched)
            {
                Add(suspects, expected, touched, changes, next.Highest);
            }
        };
        var high = await window.MarkAsync(cancellationToken);
        await window.AppliedAsync(high, cancellationToken);
    }

    private void Add(List<Suspect> suspects, ExpectedRows expected, Dictionary<object?[], Touch> touched, MappedChanges changes, Position position)
    {
        var now = time.GetUtcNow();
        var effects = new List<RowEffect>();
        foreach (var row in expected.Sources)
        {
            effects.Clear();
            var key = VerifiedTarget.KeyOf(source, row);
            var change = new ChangeEvent(ChangeOperation.Read, source.Name, key, Before: null, row, position, now);
            if (target.Mapping.Map(change, effects) is null
                && !effects.Exists(effect => effect.Table.Name == table.Name && touched.ContainsKey(target.AsRead(effect.Key))))
            {
                changes.Add(change, [.. effects]);
            }
        }

        foreach (var suspect in suspects)
        {
            if (!expected.Rows.ContainsKey(suspect.Key) && !touched.ContainsKey(suspect.Key)
                && (suspect.SourceKey is not { } key || !expected.Problems.ContainsKey(key.ToJson())))
            {
                // The change needs a key of the source; where none is known the target's own stands for it.
                changes.Add(
                    new ChangeEvent(ChangeOperation.Delete, source.Name, suspect.SourceKey ?? AsSource(suspect.Key), Before: null, After: null, position, now),
                    [new RowEffect(table, suspect.Key, Row: null)]);
            }
        }
    }

    private ChangeRow AsSource(object?[] key) => new(
        new ColumnNames([.. table.Key.Select(place => table.Columns[place].Name)]),
        [.. key.Select(value => KeyText.Print(value) is { } text ? new ChangeValue(ChangeValueKind.Text, text) : ChangeValue.Null)]);
}
