using System.Text.Json;
using Hub.Town;
using Hub.Town.Business;

namespace Hub.Cli.Playing;

/// <summary>The config of the town's hub, with the town's addresses and stores in it, and its secrets beside it.</summary>
internal static class TownConfig
{
    /// <summary>What the shop's order API asks of partners.</summary>
    private const string PartnerKey = "town-partner";

    /// <param name="town">The folder of the town's stores.</param>
    /// <param name="shop">The shop's public address: the gateway's.</param>
    public static async Task WriteAsync(string file, string town, Uri shop, TownAddresses addresses, CancellationToken cancellationToken)
    {
        var secrets = Path.Combine(Path.GetDirectoryName(file)!, "secrets");
        foreach (var (name, secret) in new[]
        {
            ("erp", TownTokens.Erp), ("crm", TownTokens.Crm), ("carrier", TownTokens.Carrier),
            ("marketplace", TownTokens.Marketplace), ("shop", PartnerKey),
        })
        {
            Directory.CreateDirectory(secrets);
            await File.WriteAllTextAsync(Path.Combine(secrets, $"{name}.token"), secret, cancellationToken);
        }

        using var reader = new StreamReader(typeof(TownConfig).Assembly.GetManifestResourceStream("town.json")!);
        var text = await reader.ReadToEndAsync(cancellationToken);
        foreach (var (place, value) in new[]
        {
            ("{town}", town), ("{secrets}", secrets), ("{public}", shop.ToString()), ("{legacy}", addresses.Legacy.ToString()),
            ("{storefront}", addresses.Storefront.ToString()), ("{erp}", addresses.Erp.ToString()), ("{crm}", addresses.Crm.ToString()),
            ("{carrier}", addresses.Carrier.ToString()), ("{marketplace}", addresses.Marketplace.ToString()),
        })
        {
            text = text.Replace(place, JsonEncodedText.Encode(value).ToString(), StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(file + ".tmp", text, cancellationToken);
        File.Move(file + ".tmp", file, overwrite: true);
    }
}
