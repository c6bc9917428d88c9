using Hub.Control.Protocol;

namespace Hub.Gateway.Discovering;

/// <summary>Makes routes' paths out of the segments that came by.</summary>
internal static class PathShape
{
    public const string Slug = "{slug}";
    public const string Id = "{id}";
    public const string Rest = "{**rest}";

    /// <summary>More names than these at one place are taken for products.</summary>
    private const int Few = 20;

    /// <summary>The path's segments, what is surely an id as such.</summary>
    public static IEnumerable<string> Segments(string path, int most)
    {
        var segments = Split(path);
        for (var i = 0; i < segments.Length; i++)
        {
            if (i == most - 1 || (i > 0 && PathWords.IsFile(segments[^1])))
            {
                yield return Rest;
                yield break;
            }

            yield return PathWords.IsId(segments[i]) ? Id : PathWords.IsPlain(segments[i]) ? segments[i] : Slug;
        }
    }

    public static IEnumerable<TrafficRoute> Of(PathNode root) => Of([root], "");

    /// <summary>The shape that a path has; null where none fits.</summary>
    /// <param name="shapes">With their segments.</param>
    public static string? Match(string path, IReadOnlyList<(string Shape, string[] Segments)> shapes)
    {
        var segments = Split(path);
        return shapes.Where(shape => Fits(segments, shape.Segments)).Select(shape => shape.Shape)
            .MinBy(shape => (shape.Count(c => c == '*'), shape.Count(c => c == '{')));
    }

    public static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    // Nodes of one shape are looked at together: what follows {slug} is what follows any of the names.
    private static IEnumerable<TrafficRoute> Of(List<PathNode> nodes, string path)
    {
        foreach (var kind in nodes.SelectMany(node => node.Tallies).GroupBy(tally => tally.Key, StringComparer.OrdinalIgnoreCase))
        {
            var sum = new RouteTally();
            foreach (var (_, tally) in kind)
            {
                sum.Take(tally);
            }

            yield return sum.View(path.Length == 0 ? "/" : path, kind.Key);
        }

        var children = nodes.SelectMany(node => node.Children).GroupBy(child => child.Key, StringComparer.OrdinalIgnoreCase)
            .Select(child => (Name: child.Key, Nodes: child.Select(one => one.Value).ToList())).ToList();
        var many = children.Exists(child => child.Name == Slug) || children.Count(child => !IsKept(child.Name, child.Nodes)) > Few;
        foreach (var shape in children.GroupBy(child => many && !IsKept(child.Name, child.Nodes) ? Slug : child.Name, StringComparer.OrdinalIgnoreCase))
        {
            foreach (var route in Of([.. shape.SelectMany(child => child.Nodes)], $"{path}/{shape.Key}"))
            {
                yield return route;
            }
        }
    }

    private static bool IsKept(string name, List<PathNode> nodes) =>
        name == Rest || (name != Slug && name != Id
            && (PathWords.IsPlace(name)
                || nodes.Exists(node => node.Unsafe)
                || nodes.Sum(node => node.Tallies.Values.Sum(tally => tally.Asking)) * 2 > nodes.Sum(node => node.Requests)));

    private static bool Fits(string[] path, string[] shape)
    {
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == Rest)
            {
                return true;
            }

            if (i >= path.Length || !(shape[i] is Slug or Id || shape[i].Equals(path[i], StringComparison.OrdinalIgnoreCase)))
            {
                return false;
            }
        }

        return path.Length == shape.Length;
    }
}
