using System.Text;

namespace Hub.Migration.Verification;

/// <summary>The order in which a target gives rows by their key: texts by their bytes in UTF-8, all else by value.</summary>
internal static class KeyOrder
{
    /// <summary>Whether all of the key's values have an order that every store agrees on.</summary>
    public static bool Knows(object?[] key)
    {
        foreach (var value in key)
        {
            if (value is not (string or long or decimal or Guid or DateTimeOffset or DateTime or DateOnly or bool))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Keys of one table, of which <see cref="Knows"/> is true.</summary>
    public static int Compare(object?[] left, object?[] right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            var order = (left[i], right[i]) switch
            {
                (long a, long b) => a.CompareTo(b),
                (string a, string b) => Compare(a, b),
                (IComparable a, { } b) when a.GetType() == b.GetType() => a.CompareTo(b),
                var (a, b) => throw new InvalidOperationException($"A key holds a {a?.GetType().Name} and a {b?.GetType().Name}."),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    // Code units are in the order of UTF-8's bytes but for surrogates, which stand above U+E000 to U+FFFF.
    private static int Compare(string left, string right)
    {
        var order = string.CompareOrdinal(left, right);
        return order == 0 || !(left.AsSpan().ContainsAnyInRange('\ud800', '\udfff') || right.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            ? order
            : Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
    }
}
