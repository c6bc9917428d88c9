using System.Security.Cryptography;
using System.Text;
using Hub.Placement.Config;

namespace Hub.Placement;

/// <summary>What gateways and control must see alike in the rules of mirroring.</summary>
public static class MirrorRules
{
    /// <summary>
    /// Names the rules that a comparison was made by: what was found by other rules, or before mirroring was turned on, is
    /// no sample any more.
    /// </summary>
    /// <param name="since">The number of the revision that turned mirroring on.</param>
    public static string Name(GroupConfig group, RoutePlacementConfig route, long since)
    {
        var text = new StringBuilder();
        List<string>[] lists =
        [
            group.Mirror.Headers, group.Mirror.Ignore, group.Mirror.Strict, group.Mirror.Unordered,
            route.Mirror.Ignore, route.Mirror.Strict, route.Mirror.Unordered,
        ];
        foreach (var list in lists)
        {
            list.ForEach(place => text.Append(place).Append('\n'));
            text.Append('\0');
        }

        text.Append(route.Mirror.Repeatable).Append(group.Mirror.BuildHeader);
        return $"{since}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 4))}";
    }

    /// <summary>Whether requests of the route are ever mirrored.</summary>
    /// <param name="methods">The methods that the route matches; empty: all.</param>
    public static bool Mirrors(GroupConfig group, RoutePlacementConfig route, IEnumerable<string> methods)
    {
        var all = methods.ToList();
        return !route.Mirror.Off
            && (!route.GetWrites || route.Mirror.GetWrites || group.Mirror.Sandboxed)
            && (group.Mirror.Sandboxed || all.Count == 0 || all.Exists(IsSafe));
    }

    /// <summary>GET and HEAD; the others are unsafe or answered by no page.</summary>
    public static bool IsSafe(string method) =>
        method.Equals("GET", StringComparison.OrdinalIgnoreCase) || method.Equals("HEAD", StringComparison.OrdinalIgnoreCase);
}
