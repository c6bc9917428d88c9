using Hub.Configuration;

namespace Hub.Migration.Mapping;

/// <summary>Where in the config something was declared, for what turns out to be wrong later.</summary>
internal sealed record ConfigPlace(string Path, int Line)
{
    public static ConfigPlace Of(ConfigNode node) => new(node.Path, node.Line);

    public override string ToString() => Line > 0 ? $"{Path} (line {Line})" : Path;
}
