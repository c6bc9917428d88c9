using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification;

/// <summary>
/// Looks again at keys that differ or were touched, under fresh watermarks, until it is certain which of them differ.
/// </summary>
/// <remarks>
/// A key is settled when both sides are the same and nothing touched it meanwhile, or when the target holds what the stream
/// brought of it in the window; it differs when both sides differ and nothing touched it. All others are looked at again a
/// little later, <see cref="Rounds"/> times; then what was seen last counts.
/// </remarks>
internal sealed class SuspectCheck(VerifiedTarget target, TableMapping table, DatabaseTable source, TimeProvider time)
{
    public const int Rounds = 7;
    public const int AtOnce = 2_000;
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Those that differ for certain.</summary>
    public async Task<List<Difference>> CheckAsync(IReadOnlyCollection<Suspect> suspects, CancellationToken cancellationToken)
    {
        var differences = new List<Difference>();
        foreach (var some in suspects.Chunk(AtOnce))
        {
            var open = new Dictionary<object?[], Suspect>(KeyComparer.Instance);
            foreach (var suspect in some)
            {
                open[suspect.Key] = suspect.SourceKey is null && open.TryGetValue(suspect.Key, out var known) ? known : suspect;
            }

            for (var round = 1; open.Count > 0; round++)
            {
                open = await LookAsync(open, round == Rounds, differences, cancellationToken);
                if (open.Count > 0)
                {
                    await Task.Delay(Pause * (1 << round), time, cancellationToken);
                }
            }
        }

        return differences;
    }

    /// <returns>Those of which it is not certain yet.</returns>
    private async Task<Dictionary<object?[], Suspect>> LookAsync(
        Dictionary<object?[], Suspect> open, bool last, List<Difference> differences, CancellationToken cancellationToken)
    {
        using var window = StreamWindow.Of(target, table, time, new HashSet<object?[]>(open.Keys, KeyComparer.Instance));
        var low = await window.MarkAsync(cancellationToken);
        var expected = await ReadExpectedAsync(target, table, source, [.. open.Values.Select(suspect => suspect.SourceKey).OfType<ChangeRow>()], cancellationToken);
        var high = await window.MarkAsync(cancellationToken);
        await window.AppliedAsync(high, cancellationToken);
        var actual = new Dictionary<object?[], object?[]>(KeyComparer.Instance);
        foreach (var row in await target.Store.ReadRowsAsync(table, [.. open.Keys], cancellationToken))
        {
            actual[RowComparison.KeyOf(table, row)] = row;
        }

        var touched = window.Since(low);
        var again = new Dictionary<object?[], Suspect>(KeyComparer.Instance);
        foreach (var (key, suspect) in open)
        {
            var touch = touched?.GetValueOrDefault(key);
            var (row, problem) = Expected(expected, key, suspect.SourceKey);
            var there = actual.GetValueOrDefault(key);
            var same = problem is null && Same(row, there);
            var certain = touched is not null && touch is null;
            if (!(certain || last || (!same && touch?.Rows?.Exists(seen => Same(seen, there)) == true)))
            {
                again.Add(key, touch?.SourceKey is { } newer ? suspect with { SourceKey = newer } : suspect);
            }
            else if (!same && (certain || (last && touch?.Rows?.Exists(seen => Same(seen, there)) != true)))
            {
                differences.Add(new Difference(key, suspect.SourceKey, row, there, problem));
            }
        }

        return again;
    }

    /// <summary>What source rows make now, by key of the target; why not, by key of the source as JSON.</summary>
    public static async Task<ExpectedRows> ReadExpectedAsync(
        VerifiedTarget target, TableMapping table, DatabaseTable source, IReadOnlyList<ChangeRow> keys, CancellationToken cancellationToken)
    {
        var found = new ExpectedRows(new(KeyComparer.Instance), new(StringComparer.Ordinal), []);
        if (keys.Count == 0)
        {
            return found;
        }

        var effects = new List<RowEffect>();
        var rows = await target.Source.ReadRowsAsync(source, keys, cancellationToken);
        foreach (var row in rows)
        {
            effects.Clear();
            if (target.Map(source, row, effects) is { } problem)
            {
                found.Problems[VerifiedTarget.KeyOf(source, row).ToJson()] = problem;
            }

            foreach (var effect in effects)
            {
                if (effect.Table.Name == table.Name && effect.Row is not null)
                {
                    found.Rows[target.AsRead(effect.Key)] = target.AsRead(effect.Row);
                }
            }
        }

        return found with { Sources = rows };
    }

    private static (object?[]? Row, string? Problem) Expected(ExpectedRows expected, object?[] key, ChangeRow? sourceKey) => (
        expected.Rows.GetValueOrDefault(key),
        expected.Problems.Count > 0 && sourceKey is not null ? expected.Problems.GetValueOrDefault(sourceKey.ToJson()) : null);

    private bool Same(object?[]? left, object?[]? right) =>
        left is null ? right is null : right is not null && RowComparison.Same(table, left, right);
}

/// <summary>What source rows make of a target's table.</summary>
internal sealed record ExpectedRows(Dictionary<object?[], object?[]> Rows, Dictionary<string, string> Problems, ImmutableArray<ChangeRow> Sources);
