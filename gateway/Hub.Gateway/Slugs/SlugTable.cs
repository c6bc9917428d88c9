using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hub.Gateway.Slugs;

/// <summary>
/// What each slug is: immutable, replaced as a whole. The bulk of it lies in a few arrays (<see cref="SlugIndex"/>); what
/// changed since they were built lies over them and hides what they say of the same slug.
/// </summary>
/// <remarks>
/// A million slugs of 40 letters, each with an id, take about 80 MB, and twice that while the arrays are built anew. A slug
/// is looked up without an allocation. At most <see cref="MostSlugs"/> are held: one too many is as unknown as one not yet
/// in the table, and goes to legacy.
/// </remarks>
internal sealed class SlugTable
{
    public const int MostSlugs = 2_000_000;

    /// <summary>In letters; legacy's databases hold 255 to 400.</summary>
    public const int LongestSlug = 512;

    private static readonly FrozenDictionary<string, ImmutableArray<SlugEntry>> NoChanges = FrozenDictionary<string, ImmutableArray<SlugEntry>>.Empty;

    private readonly SlugIndex _index;
    private readonly FrozenDictionary<string, ImmutableArray<SlugEntry>> _changes;
    private readonly FrozenDictionary<string, ImmutableArray<SlugEntry>>.AlternateLookup<ReadOnlySpan<char>> _changesBySpan;

    private SlugTable(bool ignoreCase, string position, SlugIndex index, FrozenDictionary<string, ImmutableArray<SlugEntry>> changes)
    {
        (IgnoreCase, Position, _index, _changes) = (ignoreCase, position, index, changes);
        _changesBySpan = changes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Upper and lower case are the same.</summary>
    public bool IgnoreCase { get; }

    /// <summary>Where the migration plane's table stood.</summary>
    public string Position { get; }

    /// <summary>How many there are, those that changes hide among them.</summary>
    public int Count => _index.Count + _changes.Count;

    /// <summary>Slugs were left out, since there are too many.</summary>
    public bool Full => _index.Full;

    /// <summary>How many changes lie over the arrays.</summary>
    public int Changes => _changes.Count;

    public static SlugTable Build(bool ignoreCase, string position, IEnumerable<(string Slug, SlugEntry Entry)> slugs) =>
        new(ignoreCase, position, SlugIndex.Build(slugs.Select(slug => (Normal(slug.Slug, ignoreCase), slug.Entry))), NoChanges);

    /// <summary>The same with changes: each slug is now what is given with it, or nothing.</summary>
    public SlugTable With(string position, IReadOnlyDictionary<string, ImmutableArray<SlugEntry>> changes)
    {
        var merged = new Dictionary<string, ImmutableArray<SlugEntry>>(_changes, StringComparer.Ordinal);
        foreach (var (slug, entries) in changes)
        {
            merged[Normal(slug, IgnoreCase)] = entries;
        }

        // The arrays are built anew before copying the changes costs more than that.
        return merged.Count <= Math.Max(4096, _index.Count / 64)
            ? new SlugTable(IgnoreCase, position, _index, merged.ToFrozenDictionary(StringComparer.Ordinal))
            : new SlugTable(IgnoreCase, position, SlugIndex.Build(All(_index, merged)), NoChanges);
    }

    /// <summary>Whether the slug, percent-decoded, is of a kind.</summary>
    public bool Has(ReadOnlySpan<char> slug, SlugRule rule)
    {
        if (slug.IsEmpty || slug.Length > LongestSlug)
        {
            return false;
        }

        if (!IgnoreCase)
        {
            return HasNormal(slug, rule);
        }

        Span<char> lower = stackalloc char[slug.Length];
        slug.ToLowerInvariant(lower);
        return HasNormal(lower, rule);
    }

    /// <summary>All that is held, as it is compared.</summary>
    public IEnumerable<(string Slug, SlugEntry Entry)> All() => All(_index, _changes);

    private bool HasNormal(ReadOnlySpan<char> slug, SlugRule rule)
    {
        if (_changes.Count > 0 && _changesBySpan.TryGetValue(slug, out var changed))
        {
            foreach (var entry in changed)
            {
                if (rule.Takes(entry.Class))
                {
                    return true;
                }
            }

            return false;
        }

        return _index.Has(slug, rule);
    }

    private static IEnumerable<(string Slug, SlugEntry Entry)> All(SlugIndex index, IReadOnlyDictionary<string, ImmutableArray<SlugEntry>> changes) =>
        index.All().Where(slug => !changes.ContainsKey(slug.Slug))
            .Concat(changes.SelectMany(slug => slug.Value.Select(entry => (slug.Key, entry))));

    private static string Normal(string slug, bool ignoreCase) => ignoreCase ? slug.ToLowerInvariant() : slug;
}

/// <summary>What a slug is.</summary>
/// <param name="Id">Of the product, category, …; empty where the table has none.</param>
internal readonly record struct SlugEntry(SlugClass Class, string Id);

/// <summary>What many slugs have in common; one object for all of them.</summary>
internal sealed record SlugClass(string Kind, string? Store, string? Language);
