using Hub.Storage;
using Hub.Town.Legacy.Catalog;
using Hub.Town.Legacy.Orders;
using Hub.Town.Legacy.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Partner;

internal sealed record PartnerOrderLine(string Sku, int Quantity, decimal UnitPrice);

/// <summary>
/// An order that somebody else took, with that one's own unique reference: the same reference again is the same order.
/// A marketplace sold at the price that it listed; anybody else may charge what the shop itself asked at any moment of the
/// last half hour. After ten seconds an order that was not placed never will be, so its reference tells for certain.
/// </summary>
internal sealed record PartnerOrder(
    string? Reference, string? Channel, string? Email, long? CustomerId, List<PartnerOrderLine>? Lines, decimal Total, string? Currency, ShipTo? Ship, bool Paid)
{
    public static IResult Post(PartnerOrder order, LegacyDatabase shop) => shop.Write<IResult>(db =>
    {
        if (order.Reference is { Length: > 0 } reference && PlacedOrder.FindByReference(db, reference) is { } first)
        {
            return TypedResults.Json(new { order = first.Number });
        }

        var lines = new List<OrderLineDraft>();
        if ((order.Problem() ?? order.Resolve(db, shop, lines)) is { } problem)
        {
            return TypedResults.UnprocessableEntity(new { error = problem });
        }

        var placed = PlaceOrder.Place(db, new OrderDraft(
            order.CustomerId, order.Email!, order.Channel!, order.Reference, order.Ship!, lines, order.Paid), shop.Now, shop.NowMs);
        return TypedResults.Json(new { order = placed.Number }, statusCode: StatusCodes.Status201Created);
    });

    public static IResult Find(string reference, LegacyDatabase shop) =>
        shop.Read(db => PlacedOrder.FindByReference(db, reference)) is { } order
            ? TypedResults.Json(new { order = order.Number, order.Status, order.Total })
            : TypedResults.NotFound();

    private string? Problem() => this switch
    {
        { Reference: null or "" } => "A reference is needed: your own id of the order.",
        { Channel: not ("new" or "market") } => "The channel is new or market.",
        { Email: null or "" } => "An e-mail address is needed.",
        { Currency: not "EUR" } => "The shop sells in EUR.",
        { Lines: null or [] } => "An order has lines.",
        { Ship: null } => "An address to ship to is needed.",
        _ when Lines.Any(line => line.Quantity is < 1 or > 999) => "A line's quantity is 1 to 999.",
        _ when Lines.Sum(line => line.Quantity * line.UnitPrice) is var sum && sum != Total => FormattableString.Invariant($"The lines sum up to {sum} and the total says {Total}."),
        _ => Ship.Problem(),
    };

    private string? Resolve(SqliteConnection db, LegacyDatabase shop, List<OrderLineDraft> resolved)
    {
        if (CustomerId is { } customer && db.QueryNumber($"SELECT Id FROM Customer WHERE Id = {customer}") is null)
        {
            return $"There is no customer {customer}.";
        }

        foreach (var line in Lines!)
        {
            var found = db.Query($"SELECT Id, Name FROM Product WHERE Sku = {line.Sku}", row => (Id: row.GetInt64(0), Name: row.GetString(1)));
            if (found is not [var product])
            {
                return $"There is no {line.Sku}.";
            }

            if (Channel != "market" && !ChangePrice.WasAsked(db, shop, product.Id, line.UnitPrice))
            {
                return FormattableString.Invariant($"{line.Sku} did not cost {line.UnitPrice} in the last 30 minutes; ask for its price again.");
            }

            resolved.Add(new OrderLineDraft(product.Id, line.Sku, product.Name, line.Quantity, line.UnitPrice));
        }

        return null;
    }
}
