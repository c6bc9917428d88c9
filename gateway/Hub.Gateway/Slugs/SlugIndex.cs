using System.Buffers;
using System.Text;

namespace Hub.Gateway.Slugs;

/// <summary>
/// Slugs in arrays: their letters as UTF-8 one after another, and a hash table of places with open addressing. The hash is
/// .NET's own of texts, seeded anew in each process, so that nobody can make slugs that collide.
/// </summary>
internal sealed class SlugIndex
{
    /// <summary>All letters and ids together.</summary>
    private const int MostBytes = 512 * 1024 * 1024;

    /// <summary>Kinds, stores and languages that occur together.</summary>
    private const int MostClasses = ushort.MaxValue;

    // Hash in the upper half, entry + 1 in the lower; 0 is free. At most half of them are taken.
    private readonly ulong[] _slots;
    private readonly int[] _starts;
    private readonly ushort[] _lengths;
    private readonly ushort[] _classes;
    private readonly SlugClass[] _known;
    private readonly byte[] _text;

    private SlugIndex(ulong[] slots, int[] starts, ushort[] lengths, ushort[] classes, SlugClass[] known, byte[] text, bool full) =>
        (_slots, _starts, _lengths, _classes, _known, _text, Full) = (slots, starts, lengths, classes, known, text, full);

    public int Count => _classes.Length;

    public bool Full { get; }

    public static SlugIndex Build(IEnumerable<(string Slug, SlugEntry Entry)> slugs)
    {
        var text = new ArrayBufferWriter<byte>(64 * 1024);
        var (starts, lengths, classes, hashes) = (new List<int>(), new List<ushort>(), new List<ushort>(), new List<uint>());
        var known = new Dictionary<SlugClass, ushort>();
        var full = false;
        foreach (var (slug, entry) in slugs)
        {
            if (slug.Length is 0 or > SlugTable.LongestSlug)
            {
                continue;
            }

            full = classes.Count >= SlugTable.MostSlugs || text.WrittenCount > MostBytes || (known.Count >= MostClasses && !known.ContainsKey(entry.Class));
            if (full)
            {
                break;
            }

            if (!known.TryGetValue(entry.Class, out var @class))
            {
                known.Add(entry.Class, @class = (ushort)known.Count);
            }

            starts.Add(text.WrittenCount);
            lengths.Add((ushort)Encoding.UTF8.GetBytes(slug, text));
            Encoding.UTF8.GetBytes(entry.Id, text);
            classes.Add(@class);
            hashes.Add(Hash(slug));
        }

        starts.Add(text.WrittenCount);
        var slots = new ulong[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(hashes.Count * 2, 2))];
        for (var entry = 0; entry < hashes.Count; entry++)
        {
            var place = hashes[entry] & (uint)(slots.Length - 1);
            while (slots[place] != 0)
            {
                place = (place + 1) & (uint)(slots.Length - 1);
            }

            slots[place] = ((ulong)hashes[entry] << 32) | (uint)(entry + 1);
        }

        return new SlugIndex(slots, [.. starts], [.. lengths], [.. classes], [.. known.Keys], text.WrittenSpan.ToArray(), full);
    }

    public bool Has(ReadOnlySpan<char> slug, SlugRule rule)
    {
        var hash = Hash(slug);
        var slots = _slots;
        for (var place = hash & (uint)(slots.Length - 1); slots[place] != 0; place = (place + 1) & (uint)(slots.Length - 1))
        {
            var slot = slots[place];
            var entry = (int)(uint)slot - 1;
            // The same slug may stand in several stores and languages.
            if ((uint)(slot >> 32) == hash && rule.Takes(_known[_classes[entry]]) && Same(Slug(entry), slug))
            {
                return true;
            }
        }

        return false;
    }

    public IEnumerable<(string Slug, SlugEntry Entry)> All()
    {
        for (var entry = 0; entry < Count; entry++)
        {
            var end = _starts[entry] + _lengths[entry];
            yield return (
                Encoding.UTF8.GetString(Slug(entry)),
                new SlugEntry(_known[_classes[entry]], Encoding.UTF8.GetString(_text.AsSpan(end, _starts[entry + 1] - end))));
        }
    }

    private ReadOnlySpan<byte> Slug(int entry) => _text.AsSpan(_starts[entry], _lengths[entry]);

    private static uint Hash(ReadOnlySpan<char> slug) => (uint)string.GetHashCode(slug);

    private static bool Same(ReadOnlySpan<byte> known, ReadOnlySpan<char> slug)
    {
        if (known.Length == slug.Length)
        {
            return Ascii.Equals(known, slug);
        }

        Span<byte> bytes = stackalloc byte[SlugTable.LongestSlug * 3];
        return Encoding.UTF8.TryGetBytes(slug, bytes, out var length) && known.SequenceEqual(bytes[..length]);
    }
}
