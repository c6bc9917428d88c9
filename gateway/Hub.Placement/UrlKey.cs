using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Hub.Placement;

/// <summary>
/// An address as routes are placed by that a cache keeps (SAFETY.md 10): 128 bits of a stable hash of path and query. Two
/// addresses that any cache takes for the same are the same here: parameters of campaigns do not count, nor does the order of
/// the others. The reverse does no harm: each address has one side.
/// </summary>
public readonly record struct UrlKey(UInt128 Value)
{
    private static readonly string[] Campaign = ["gclid", "fbclid", "msclkid", "dclid", "gbraid", "wbraid", "mc_cid", "mc_eid"];
    private static readonly SearchValues<char> End = SearchValues.Create("#");

    /// <summary>The key of a request's target, path and query as they came.</summary>
    public static UrlKey Of(ReadOnlySpan<char> target)
    {
        var end = target.IndexOfAny(End);
        target = end < 0 ? target : target[..end];
        var mark = target.IndexOf('?');
        return mark < 0 ? new UrlKey(Hash(target)) : new UrlKey(Hash(target[..mark]) ^ HashQuery(target[(mark + 1)..]));
    }

    /// <summary>The address's bucket, 0 to 9,999.</summary>
    public int Bucket(Salt salt) => new CustomerKey(Value).Bucket(salt);

    // The sum of its parameters' hashes is the same in any order.
    private static UInt128 HashQuery(ReadOnlySpan<char> query)
    {
        var sum = UInt128.Zero;
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            if (!parameter.IsEmpty && !IsOfACampaign(parameter))
            {
                sum += Hash(parameter);
            }
        }

        return sum;
    }

    private static bool IsOfACampaign(ReadOnlySpan<char> parameter)
    {
        if (parameter.StartsWith("utm_", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var equals = parameter.IndexOf('=');
        var name = equals < 0 ? parameter : parameter[..equals];
        foreach (var known in Campaign)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static UInt128 Hash(ReadOnlySpan<char> text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text));
}
