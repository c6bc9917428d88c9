using System.Numerics;

namespace Hub.Control.Protocol;

/// <summary>
/// Counts distinct things in 128 bytes, whatever their number (linear counting): each sets the bit of its hash, and the
/// clear bits tell how many there were. Good to some per cent up to 2,000, and never above 7,098.
/// </summary>
public static class VarietySketch
{
    public const int Length = 128;

    private const int Bits = Length * 8;

    public static void Add(Span<byte> sketch, ulong hash) => sketch[(int)(hash / 8 % Length)] |= (byte)(1 << (int)(hash % 8));

    /// <summary>Both together; a sketch of another length says nothing.</summary>
    public static void Merge(Span<byte> sketch, ReadOnlySpan<byte> other)
    {
        for (var i = 0; other.Length == Length && i < Length; i++)
        {
            sketch[i] |= other[i];
        }
    }

    public static long Estimate(ReadOnlySpan<byte> sketch)
    {
        var set = 0;
        foreach (var part in sketch)
        {
            set += BitOperations.PopCount(part);
        }

        // A full sketch has room for one more by this reckoning: the estimate stays finite.
        var clear = Math.Max(Bits - set, 1);
        return (long)Math.Round(-Bits * Math.Log((double)clear / Bits));
    }
}
