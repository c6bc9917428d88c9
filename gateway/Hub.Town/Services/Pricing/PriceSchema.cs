using Hub.Storage;

namespace Hub.Town.Services.Pricing;

/// <summary>The pricing service's table; the dataset <c>catalog</c> fills it. Amounts are decimals with two places, as text.</summary>
internal static class PriceSchema
{
    public static readonly SqliteSchema Steps = new(
        "CREATE TABLE price (product_id INTEGER PRIMARY KEY, amount TEXT NOT NULL, currency TEXT NOT NULL);");
}
