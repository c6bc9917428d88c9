using Hub.Configuration;

namespace Hub.Placement.Building;

/// <summary>The names that a section of the file declares; case does not count, as everywhere in .NET configuration.</summary>
/// <param name="Kind">What they name, for messages: <c>dataset</c>.</param>
/// <param name="Section">Where they are declared.</param>
internal sealed record Names(string Kind, string Section, IEnumerable<string> Known)
{
    private readonly HashSet<string> _known = new(Known, StringComparer.OrdinalIgnoreCase);

    public static Names Under(string section, string kind, ConfigNode root)
    {
        var node = root.Nearest(section);
        return new Names(kind, section,
            node.Path.Equals(section, StringComparison.OrdinalIgnoreCase) ? node.Children.Select(child => child.Name) : []);
    }

    public bool TryGet(string name, out string declared)
    {
        var found = _known.TryGetValue(name, out var known);
        declared = known ?? name;
        return found;
    }

    public string? Nearest(string name) => Spelling.Nearest(name, _known);
}
