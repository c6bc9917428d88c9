using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Hub.Adapters.Orders;
using Hub.Adapters.Stock;
using Hub.Configuration;
using Hub.Connectors;

namespace Hub.Adapters.Connectors;

/// <summary>The adapters' parts of the config: <c>Hub.Connectors</c>, <c>Hub.Orders</c> and <c>Hub.Stock</c>.</summary>
public static class ConnectorConfigs
{
    /// <summary>One shop has one of each of these; which of two would take an order could not be told.</summary>
    private static readonly string[] OneOfEach = ["erp", "crm", "carrier", "shop"];

    /// <summary>Tells everything that is wrong with them, secrets whose file is not on this machine among it.</summary>
    /// <param name="root">The whole config file.</param>
    /// <param name="vendors">The kinds of connectors that it may name.</param>
    public static void Check(ConfigNode root, ImmutableArray<ConnectorVendor> vendors, List<ConfigProblem> problems)
    {
        foreach (var config in Read(root, vendors, problems))
        {
            foreach (var (name, secret) in config.Options.GetType().GetProperties().Where(property => property.PropertyType == typeof(Secret))
                .Select(property => (property.Name, (Secret)property.GetValue(config.Options)!)))
            {
                if (secret.File is { } file && !File.Exists(file))
                {
                    var place = root["Hub"]!["Connectors"]![config.Name]![name]!;
                    problems.Add(new ConfigProblem(
                        place.Path, place.Line, $"there is no file {file}", "a secret of the vendor's is read from it, and no call goes out without it",
                        "make the file, readable for the user that runs the adapters plane, or correct the path"));
                }
            }
        }

        OrdersConfig.Read(root, problems);
        StockConfig.Read(root, problems);
    }

    internal static ImmutableArray<ConnectorConfig> Read(
        ConfigNode root, ImmutableArray<ConnectorVendor> vendors, List<ConfigProblem> problems)
    {
        var section = root["Hub"]?["Connectors"];
        if (section is { Kind: not JsonValueKind.Object })
        {
            problems.Add(new ConfigProblem(
                section.Path, section.Line, "Connectors is no object", "each connector is a property with its name",
                "write \"Connectors\": { \"erp\": { \"Vendor\": …, \"Address\": …, \"Token\": … } }"));
            return [];
        }

        var configs = (section?.Children ?? []).Select(child => Read(child.Name, child.Node, vendors, problems)).OfType<ConnectorConfig>().ToImmutableArray();
        foreach (var twice in configs.GroupBy(config => config.Vendor.Capability).Where(group => OneOfEach.Contains(group.Key) && group.Count() > 1))
        {
            var last = section![twice.Last().Name]!;
            problems.Add(new ConfigProblem(
                last.Path, last.Line, $"{string.Join(" and ", twice.Select(config => config.Name))} are both connectors of the capability {twice.Key}",
                "which of them an order goes to could not be told", "remove all but one"));
        }

        return configs;
    }

    private static ConnectorConfig? Read(string name, ConfigNode node, ImmutableArray<ConnectorVendor> vendors, List<ConfigProblem> problems)
    {
        var vendor = vendors.FirstOrDefault(vendor => vendor.Name.Equals(node["Vendor"]?.Text, StringComparison.OrdinalIgnoreCase));
        if (vendor is null)
        {
            var place = node["Vendor"] ?? node;
            problems.Add(new ConfigProblem(
                place.Path, place.Line, node["Vendor"]?.Text is { } text ? $"'{text}' is no vendor that is known here" : "'Vendor' is missing",
                "it says which connector is meant", $"use one of: {string.Join(", ", vendors.Select(known => known.Name))}; one of your own is loaded by --connectors FOLDER"));
            return null;
        }

        var options = vendor.Bind(node, problems);
        if (options.Address is { } address && (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")))
        {
            problems.Add(new ConfigProblem(
                node["Address"]!.Path, node["Address"]!.Line, $"'{address}' is no whole address", "a connector calls it by HTTP",
                "write it with http:// or https:// and the host"));
        }
        else if (options.Address is { UserInfo.Length: > 0 })
        {
            problems.Add(new ConfigProblem(
                node["Address"]!.Path, node["Address"]!.Line, "the address holds a user and a password", "addresses are shown in lists and logs",
                "take them out and point to the secret in Token"));
        }

        return new ConnectorConfig(name, vendor, options, Fingerprint(node));
    }

    /// <summary>The part's text without blanks and comments: what differs in it asks for a new connector.</summary>
    private static string Fingerprint(ConfigNode node)
    {
        var text = new StringBuilder();
        Append(node);
        return text.ToString();

        void Append(ConfigNode part)
        {
            text.Append(part.Text is { } value ? JsonSerializer.Serialize(value) : $"{part.Kind}");
            foreach (var (name, child) in part.Children)
            {
                text.Append(name).Append(':');
                Append(child);
                text.Append(';');
            }
        }
    }
}

/// <summary>A connector as the config asks for it.</summary>
internal sealed record ConnectorConfig(string Name, ConnectorVendor Vendor, ConnectorOptions Options, string Fingerprint);
