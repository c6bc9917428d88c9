using System.Collections.Immutable;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification.Joined;

/// <summary>
/// Finds rows of a table with joins that no kept rows make. Whose a row is stands in its key as a rule; where it doesn't, all roots
/// are looked through at one moment for those that could have made one.
/// </summary>
internal sealed class JoinedExtra(VerifiedTarget target, TableMapping table)
{
    /// <summary>So many keys are held in memory before the roots are looked through.</summary>
    public const int MostSuspects = 100_000;
    private const int RootsAtOnce = 5_000;
    private readonly KeptOwners _owners = new(target, table);
    private readonly JoinedKeys _keys = new(target, table);

    /// <summary>Reads some rows after a key.</summary>
    /// <returns>The rows, and the keys of those that the owner whom the key names does not make.</returns>
    public Task<(ImmutableArray<object?[]> Read, List<object?[]> Unexplained)> LookAsync(object?[]? after, int rows, CancellationToken cancellationToken) =>
        target.Store.ReadTogetherAsync(
            async at =>
            {
                var read = await at.ReadRangeAsync(table, after, rows);
                var keys = read.Select(row => RowComparison.KeyOf(table, row)).ToList();
                var guesses = keys.Select(_keys.GuessOwner).OfType<string>().ToList();
                var made = await MadeAsync(at, guesses, cancellationToken);
                return (read, keys.FindAll(key => !made.Contains(key)));
            },
            cancellationToken);

    /// <summary>Those of the keys that stand there and are made by nobody, with the root that they seem to belong to.</summary>
    public async Task<List<Difference>> FindAsync(IReadOnlyCollection<object?[]> suspects, CancellationToken cancellationToken) => suspects.Count == 0
        ? []
        : await target.Store.ReadTogetherAsync(
            async at =>
            {
                var standing = await JoinedComparison.StandingAsync(at, table, suspects);
                var parts = standing.Keys.Select(_keys.OfKey).ToHashSet(KeyComparer.Instance);
                var roots = parts.Count == 0 ? [] : await RootsOfAsync(at, parts, cancellationToken);
                var made = await MadeAsync(at, roots.Values.Select(root => root.Owner), cancellationToken);
                return standing.Where(row => !made.Contains(row.Key)).Select(row => new Difference(
                    row.Key, roots.GetValueOrDefault(_keys.OfKey(row.Key)) is { } root ? KeptTable.SourceKeyOf(root) : null, Expected: null, row.Value, Problem: null)).ToList();
            },
            cancellationToken);

    /// <summary>The keys that these owners make. Of one whose rows can't be made what stands there stays: all keys of its root are taken for made.</summary>
    private async Task<MadeKeys> MadeAsync(TargetSnapshot at, IEnumerable<string> owners, CancellationToken cancellationToken)
    {
        var made = new MadeKeys(new(KeyComparer.Instance), new(KeyComparer.Instance), _keys);
        foreach (var owner in await _owners.ComputeAsync(at, owners, cancellationToken))
        {
            made.Keys.UnionWith(owner.Rows.Select(row => row.Key));
            if (owner is { Problem: not null, Root: { } root } && _keys.OfRoot(root.Row) is { } part)
            {
                made.Parts.Add(part);
            }
        }

        return made;
    }

    private async Task<Dictionary<object?[], SourceRow>> RootsOfAsync(TargetSnapshot at, HashSet<object?[]> parts, CancellationToken cancellationToken)
    {
        var found = new Dictionary<object?[], SourceRow>(KeyComparer.Instance);
        for (var after = ""; await at.Kept.ReadPageAsync(_owners.Roots, after, RootsAtOnce, cancellationToken) is { Count: > 0 } page; after = page[^1].Key)
        {
            foreach (var root in page)
            {
                if (_keys.OfRoot(root.Row) is { } part && parts.Contains(part))
                {
                    found[part] = root;
                }
            }
        }

        return found;
    }

    private sealed record MadeKeys(HashSet<object?[]> Keys, HashSet<object?[]> Parts, JoinedKeys By)
    {
        public bool Contains(object?[] key) => Keys.Contains(key) || (Parts.Count > 0 && Parts.Contains(By.OfKey(key)));
    }
}
