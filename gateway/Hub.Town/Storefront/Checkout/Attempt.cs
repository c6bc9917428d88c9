using Hub.Town.Services.Cart;

namespace Hub.Town.Storefront.Checkout;

/// <summary>How far an attempt to place an order has come.</summary>
internal enum AttemptState
{
    /// <summary>The customer said yes; nothing was sent to legacy.</summary>
    Begun,

    /// <summary>It was, or was about to be, sent to legacy. From here on it is never sent, only asked after (SAFETY.md 6).</summary>
    Handed,

    /// <summary>Legacy has the order.</summary>
    Placed,

    /// <summary>Legacy has no order; the lines are in the cart again.</summary>
    Refused,
}

internal sealed record ShipTo(string Name, string Street, string City, string Zip, string Country)
{
    /// <summary>What is wrong with the address, for the person who typed it; null when nothing is.</summary>
    public string? Problem() =>
        new[] { Name, Street, City, Zip, Country }.Any(string.IsNullOrWhiteSpace)
            ? "Name, street, zip, city and country are all needed."
            : null;
}

/// <summary>An attempt to place an order: one for each checkout form that was shown, however often it is sent.</summary>
/// <param name="Id">Drawn with the form; the order's reference at legacy.</param>
/// <param name="Key">The customer's key at the hub.</param>
/// <param name="HandedAt">When it was sent to legacy.</param>
/// <param name="Order">Legacy's order number, once placed.</param>
/// <param name="Problem">Why it was refused, for the customer.</param>
internal sealed record Attempt(
    string Id,
    string Key,
    long? Account,
    string Email,
    ShipTo Ship,
    AttemptState State = AttemptState.Begun,
    DateTimeOffset? HandedAt = null,
    string? Order = null,
    string? Problem = null)
{
    /// <summary>What was in the cart; empty until <see cref="AttemptState.Handed"/>.</summary>
    public IReadOnlyList<CartLine> Lines { get; init; } = [];

    public decimal Total => Lines.Sum(line => line.Quantity * line.UnitPrice);
}
