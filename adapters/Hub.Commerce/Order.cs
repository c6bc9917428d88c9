using System.Collections.Immutable;

namespace Hub.Commerce;

/// <summary>
/// A paid order, whole: what the shop sold, to whom, where it goes. Also the body of an outbox message of the kind
/// <c>order</c>, as JSON in camelCase:
/// <code>
/// { "key": "web/10042", "number": "10042", "placedAt": "2027-01-31T06:00:00Z",
///   "buyer": { "email": "a@b.example", "name": "A. Buyer", "id": "17" },
///   "lines": [ { "sku": "TS-001", "name": "Teapot", "quantity": 2, "unitPrice": "9.95 EUR" } ],
///   "total": "19.90 EUR",
///   "shipTo": { "name": "A. Buyer", "street": "Main 1", "city": "Berlin", "zip": "10115", "country": "DE" } }
/// </code>
/// </summary>
/// <param name="Key">See <see cref="OrderKey"/> for orders that the shop holds for a marketplace.</param>
/// <param name="Number">What the shop calls it; for an order that a marketplace gave and the shop has not yet, its id there.</param>
/// <param name="PlacedAt">When the buyer placed it, UTC. Orders placed before the hub's intake are not booked.</param>
/// <param name="Total">What the buyer pays, in the one currency that all lines have.</param>
/// <param name="PaidAt">When it was paid, UTC, where the shop tells; then this, and not when it was placed, is held against the intake.</param>
public sealed record Order(
    OrderKey Key,
    string Number,
    DateTimeOffset PlacedAt,
    Contact Buyer,
    ImmutableArray<OrderLine> Lines,
    Money Total,
    Address ShipTo,
    DateTimeOffset? PaidAt = null)
{
    /// <summary>The shipping cost in <see cref="Total"/>, where the channel tells it apart.</summary>
    public Money? Shipping { get; init; }

    /// <summary>The shipping service as the channel calls it; a cross reference makes the carrier's of it.</summary>
    public string? ShipService { get; init; }

    /// <summary>The payment method as the channel calls it; a cross reference makes the ERP's of it.</summary>
    public string? PaymentMethod { get; init; }

    /// <summary>What makes this no order that could be booked, each as a sentence; empty where it is fine.</summary>
    public IEnumerable<string> Problems()
    {
        if (Lines.IsDefaultOrEmpty)
        {
            yield return "It has no lines.";
            yield break;
        }

        if (Lines.Contains(null!))
        {
            yield return "One of its lines is null.";
            yield break;
        }

        foreach (var line in Lines)
        {
            if (line.Quantity <= 0)
            {
                yield return $"The quantity of {line.Sku} is {line.Quantity}; it has to be 1 or more.";
            }

            if (line.UnitPrice.Currency != Total.Currency)
            {
                yield return $"{line.Sku} is priced in {line.UnitPrice.Currency} and the total in {Total.Currency}.";
            }
        }

        if (Total.Amount < 0)
        {
            yield return $"The total is {Total}, less than nothing.";
        }
    }
}

/// <summary>One article of an order.</summary>
/// <param name="Quantity">Pieces, 1 or more.</param>
/// <param name="UnitPrice">The price of one piece.</param>
public sealed record OrderLine(Sku Sku, string Name, int Quantity, Money UnitPrice)
{
    /// <summary>The channel's id of the line, where its confirmations ask for one.</summary>
    public string? Id { get; init; }

    /// <summary>The tax code as the channel calls it; a cross reference makes the ERP's of it.</summary>
    public string? TaxCode { get; init; }
}
