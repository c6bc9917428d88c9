using System.Net;
using System.Net.Sockets;
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
            : Draw(Parts.Length);
        var ports = Parts.Zip(drawn).ToDictionary();
        File.WriteAllText(file + ".tmp", JsonSerializer.Serialize(ports, Indented));
        File.Move(file + ".tmp", file);
        return ports;
    }

    private static List<int> Draw(int count)
    {
        // All are held until the last is drawn, so that none is drawn twice.
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(listener => listener.Start());
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
