using Hub.ChangeFeed;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification.Joined;

/// <summary>Compares rows of a table with joins with what the kept source rows make, at one moment of the target.</summary>
internal sealed class JoinedComparison(VerifiedTarget target, TableMapping table)
{
    private readonly KeptOwners _owners = new(target, table);
    private readonly JoinedKeys _keys = new(target, table);
    private readonly JoinedExtra _extra = new(target, table);

    /// <summary>The name under which the roots' rows are kept.</summary>
    public string Roots => _owners.Roots;

    /// <summary>The rows that these roots' owners make and that do not stand there, or otherwise.</summary>
    public async Task<List<Difference>> DifferAsync(TargetSnapshot at, IReadOnlyList<SourceRow> roots, CancellationToken cancellationToken)
    {
        var differences = new List<Difference>();
        var made = await _owners.ComputeAsync(at, roots.Select(root => root.Owner), cancellationToken);
        var standing = await StandingAsync(at, table, made.SelectMany(owner => owner.Rows.Select(row => row.Key)));
        foreach (var owner in made)
        {
            if (owner.Problem is { } problem)
            {
                differences.Add(new Difference(_keys.Whole(owner.Root?.Row), owner.RootKey, Expected: null, Actual: null, problem));
            }

            foreach (var (key, row) in owner.Rows)
            {
                var there = standing.GetValueOrDefault(key);
                if (there is null || !RowComparison.Same(table, row, there))
                {
                    differences.Add(new Difference(key, owner.RootKey, row, there, Problem: null));
                }
            }
        }

        return differences;
    }

    /// <summary>Looks again at keys, of some of which the root's row is known.</summary>
    /// <returns>Those that differ.</returns>
    public async Task<List<Difference>> LookAgainAsync(IReadOnlyList<Suspect> suspects, CancellationToken cancellationToken)
    {
        var keys = suspects.Select(one => one.Key).ToHashSet(KeyComparer.Instance);
        var known = suspects.Select(one => one.SourceKey).OfType<ChangeRow>().Select(key => (_owners.Roots, key.ToJson())).Distinct().ToList();
        var (differences, open) = await target.Store.ReadTogetherAsync(
            async at =>
            {
                var roots = await at.Kept.ReadAsync(known, cancellationToken);
                var made = (await DifferAsync(at, roots, cancellationToken)).FindAll(difference => keys.Contains(difference.Key));
                var computed = (await _owners.ComputeAsync(at, roots.Select(root => root.Owner), cancellationToken)).SelectMany(owner => owner.Rows.Select(row => row.Key))
                    .ToHashSet(KeyComparer.Instance);
                return (made, keys.Where(key => !computed.Contains(key)).ToList());
            },
            cancellationToken);
        return [.. differences, .. await _extra.FindAsync(open, cancellationToken)];
    }

    /// <summary>The rows that stand under these keys, by key.</summary>
    public static async Task<Dictionary<object?[], object?[]>> StandingAsync(TargetSnapshot at, TableMapping table, IEnumerable<object?[]> keys)
    {
        var standing = new Dictionary<object?[], object?[]>(KeyComparer.Instance);
        if (keys.ToList() is { Count: > 0 } wanted)
        {
            foreach (var row in await at.ReadRowsAsync(table, wanted))
            {
                standing[RowComparison.KeyOf(table, row)] = row;
            }
        }

        return standing;
    }
}
