using System.Collections.Immutable;
using Refit;

namespace Hub.Connectors.Town.Shop;

/// <summary>The shop's order API for partners, as it speaks.</summary>
internal interface ITownShopApi
{
    [Post("/partner/orders")]
    Task<TownShopAnswer> PostOrderAsync([Body] NewTownShopOrder order, CancellationToken cancellationToken);
}

internal sealed record NewTownShopOrder(
    string Reference,
    string Channel,
    string Email,
    ImmutableArray<TownShopLine> Lines,
    decimal Total,
    string Currency,
    TownShopAddress Ship,
    bool Paid);

internal sealed record TownShopLine(string Sku, int Quantity, decimal UnitPrice);

internal sealed record TownShopAddress(string Name, string Street, string City, string Zip, string Country);

internal sealed record TownShopAnswer(string Order);
