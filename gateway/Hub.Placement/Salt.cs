using System.IO.Hashing;
using System.Text;

namespace Hub.Placement;

/// <summary>
/// What spreads customers over buckets. All groups use one, so that the same customers go first everywhere; a group with
/// a salt of its own draws others (SAFETY.md 2).
/// </summary>
public readonly record struct Salt(long Seed)
{
    public static Salt Of(string text) => new((long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text)));
}
