using System.Text.Json;
using Hub.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Cli.Checking;

/// <summary>Names in YARP's section that YARP does not know: it passes over them in silence, and a mistyped one costs an evening.</summary>
internal static class ProxyNames
{
    public static void Check(ConfigNode? proxy, List<ConfigProblem> problems)
    {
        foreach (var (name, section) in proxy?.Children ?? [])
        {
            var item = name.Equals("Routes", StringComparison.OrdinalIgnoreCase) ? typeof(RouteConfig)
                : name.Equals("Clusters", StringComparison.OrdinalIgnoreCase) ? typeof(ClusterConfig)
                : null;
            if (item is null)
            {
                Add(section, name, ["Routes", "Clusters"], problems);
                continue;
            }

            foreach (var (_, child) in section.Children)
            {
                Walk(child, item, problems);
            }
        }
    }

    private static void Walk(ConfigNode node, Type type, List<ConfigProblem> problems)
    {
        if (type.IsGenericType && type != typeof(string))
        {
            // A list or a dictionary: its items are of its last argument's type.
            foreach (var (_, child) in node.Children)
            {
                Walk(child, type.GetGenericArguments()[^1], problems);
            }

            return;
        }

        if (node.Kind != JsonValueKind.Object || type.Assembly != typeof(RouteConfig).Assembly)
        {
            return;
        }

        var properties = type.GetProperties();
        foreach (var (name, child) in node.Children)
        {
            if (properties.FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } property)
            {
                Walk(child, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, problems);
            }
            else
            {
                Add(child, name, properties.Select(property => property.Name).Order(), problems);
            }
        }
    }

    private static void Add(ConfigNode node, string name, IEnumerable<string> known, List<ConfigProblem> problems) =>
        problems.Add(new ConfigProblem(
            node.Path, node.Line, $"YARP does not know '{name}' here", "it would be passed over in silence",
            $"use one of: {string.Join(", ", known)}; or remove it"));
}
