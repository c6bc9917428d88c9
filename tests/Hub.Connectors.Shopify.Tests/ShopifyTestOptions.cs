using Hub.Connectors.Testing;

namespace Hub.Connectors.Shopify.Tests;

/// <summary>A shop with a custom app.</summary>
internal static class ShopifyTestOptions
{
    public const string ClientSecret = "shpss_client-secret";

    public static ShopifyOptions At(Uri address, ConnectorBench bench, string version = "2026-07") => new()
    {
        Vendor = "shopify",
        Address = address,
        Token = bench.Secret("token", ShopifyStub.Token),
        ClientSecret = bench.Secret("client", ClientSecret),
        ApiVersion = version,
        Location = "1",
    };
}
