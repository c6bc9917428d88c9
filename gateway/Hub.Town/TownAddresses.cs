namespace Hub.Town;

/// <summary>Where each part of the town listens: loopback, a port each.</summary>
public sealed record TownAddresses(
    Uri Legacy,
    Uri Storefront,
    Uri Product,
    Uri Pricing,
    Uri Cart,
    Uri Order,
    Uri Inventory,
    Uri Customer,
    Uri Erp,
    Uri Crm,
    Uri Carrier,
    Uri Marketplace)
{
    internal static TownAddresses Of(IReadOnlyDictionary<string, int> ports)
    {
        return new TownAddresses(
            Uri("legacy"), Uri("storefront"), Uri("product"), Uri("pricing"), Uri("cart"), Uri("order"),
            Uri("inventory"), Uri("customer"), Uri("erp"), Uri("crm"), Uri("carrier"), Uri("marketplace"));

        Uri Uri(string part) => new($"http://127.0.0.1:{ports[part]}/");
    }
}
