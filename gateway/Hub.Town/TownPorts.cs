using System.Text.Json;

namespace Hub.Town;

/// <summary>The ports of the town's parts, kept in <c>ports.json</c> so that a restart has the same ones.</summary>
internal static class TownPorts
{
    private static readonly string[] Parts =
    [
        "legacy", "storefront", "product", "pricing", "cart", "order",
        "inventory", "customer", "erp", "crm", "carrier", "marketplace",
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static IReadOnlyDictionary<string, int> Of(TownOptions options)
    {
        var file = Path.Combine(options.Folder, "ports.json");
        if (File.Exists(file))
        {
            var kept = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(file));
            return kept is not null && Parts.All(kept.ContainsKey)
                ? kept
                : throw new InvalidOperationException(
                    $"{file} does not name a port for each part of the town ({string.Join(", ", Parts)}). Delete it, and new ports are drawn.");
        }

        var drawn = options.FirstPort is { } first
            ? Enumerable.Range(first, Parts.Length)
            : FreePorts.Draw(Parts.Length);
        var ports = Parts.Zip(drawn).ToDictionary();
        File.WriteAllText(file + ".tmp", JsonSerializer.Serialize(ports, Indented));
        File.Move(file + ".tmp", file);
        return ports;
    }
}
