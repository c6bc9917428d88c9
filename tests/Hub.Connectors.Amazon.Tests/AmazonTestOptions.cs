using Hub.Connectors.Testing;

namespace Hub.Connectors.Amazon.Tests;

/// <summary>A seller in Germany.</summary>
internal static class AmazonTestOptions
{
    public const string Germany = "A1PA6795UKMFR9";

    /// <param name="perSecond">Pages of orders; so many that no test waits for them.</param>
    public static AmazonOptions At(Uri address, ConnectorBench bench, bool byAmazon = false, double perSecond = 1000, int burst = 1000) => new()
    {
        Vendor = "amazon",
        Address = address,
        TokenAddress = new Uri(address, "/auth/o2/token"),
        Seller = AmazonStub.Seller,
        Marketplaces = [Germany],
        Currency = "EUR",
        ClientId = "amzn1.client",
        ClientSecret = bench.Secret("secret", "lwa-secret"),
        RefreshToken = bench.Secret("refresh", "Atzr-refresh"),
        TakeFulfilledByAmazon = byAmazon,
        OrdersPerSecond = perSecond,
        OrdersBurst = burst,
        PageSize = AmazonStub.PageSize,
    };
}
