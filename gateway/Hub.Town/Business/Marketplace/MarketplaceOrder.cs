using System.Collections.Immutable;

namespace Hub.Town.Business.Marketplace;

/// <summary>An order as the marketplace tells it. Its times have whole seconds, so that several orders have the same one.</summary>
/// <param name="Tracking">What the seller confirmed, or null.</param>
internal sealed record MarketplaceOrder(
    string Id,
    DateTimeOffset PlacedAt,
    MarketplaceBuyer Buyer,
    ImmutableArray<MarketplaceItem> Items,
    decimal Total,
    string Currency,
    string? Tracking = null)
{
    private static readonly string[] Names = ["Ada Lindqvist", "Bo Çelik", "Chloé D'Arcy", "José Müller-Ôyama", "Zoë 🫖 Teague"];

    /// <summary>An order as any other, the same for the same dice.</summary>
    public static MarketplaceOrder Draw(long number, DateTimeOffset now, Random random)
    {
        var name = Names[random.Next(Names.Length)];
        ImmutableArray<MarketplaceItem> items =
        [
            .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new MarketplaceItem(
                $"TS-{random.Next(1, 241):D3}", "As listed", random.Next(1, 4), random.Next(100, 10000) / 100m)),
        ];
        return new MarketplaceOrder(
            $"M-{number}", DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()),
            new MarketplaceBuyer($"buyer{number}@market.test", name, $"Market Street {random.Next(1, 99)}", "Bremen", $"28{random.Next(100, 999)}", "DE"),
            items, items.Sum(item => item.Quantity * item.Price), "EUR");
    }
}

internal sealed record MarketplaceBuyer(string Email, string Name, string Street, string City, string Zip, string Country);

/// <param name="Price">Of one piece.</param>
internal sealed record MarketplaceItem(string Sku, string Title, int Quantity, decimal Price);
