using Hub.Configuration;

namespace Hub.Adapters.Stock;

/// <summary>The part <c>Hub.Stock</c> of the config.</summary>
internal sealed class StockConfig
{
    /// <summary>The connector that says how much there is: the one owner, an ERP or a warehouse.</summary>
    /// <value>The default is none: no stock is read, nothing reserved, and no channel told.</value>
    public string? Owner { get; init; }

    /// <summary>The connectors that are told.</summary>
    /// <value>The default is all that can be.</value>
    public List<string>? Channels { get; init; }

    public bool Tells(string connector) => Channels is null || Channels.Contains(connector, StringComparer.OrdinalIgnoreCase);

    public static StockConfig Read(ConfigNode root, List<ConfigProblem> problems)
    {
        var node = root["Hub"]?["Stock"];
        var config = ConfigBinder.Bind<StockConfig>(node, problems);
        var known = root["Hub"]?["Connectors"]?.Children.Select(child => child.Name).ToList() ?? [];
        foreach (var (name, place) in Named(config, node).Where(one => !known.Contains(one.Name, StringComparer.OrdinalIgnoreCase)))
        {
            problems.Add(new ConfigProblem(
                place.Path, place.Line, $"there is no connector '{name}'", "stock is read from connectors and told to connectors",
                known.Count == 0 ? "add it under Hub.Connectors" : $"use one of: {string.Join(", ", known)}"));
        }

        return config;
    }

    private static IEnumerable<(string Name, ConfigNode Place)> Named(StockConfig config, ConfigNode? node)
    {
        if (config.Owner is { } owner && node?["Owner"] is { } place)
        {
            yield return (owner, place);
        }

        foreach (var channel in config.Channels ?? [])
        {
            yield return (channel, node!["Channels"]!);
        }
    }
}
