using Hub.Storage;
using Hub.Town.Legacy.Carts;
using Hub.Town.Legacy.Store;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Orders;

/// <summary>Turns a cart into an order and empties it, in one transaction.</summary>
internal static class PlaceCart
{
    /// <returns>The order; the first one where the attempt was made before; null where the cart is empty.</returns>
    /// <param name="attempt">The client's id of this attempt; empty where it sends none.</param>
    public static PlacedOrder? Place(
        SqliteConnection db, LegacyDatabase shop, CartOwner cart, string email, string channel, ShipTo ship, string attempt)
    {
        if (attempt.Length > 0 && PlacedOrder.FindByAttempt(db, attempt) is { } first)
        {
            return first;
        }

        var lines = Cart.Lines(db, cart);
        if (lines.Count == 0)
        {
            return null;
        }

        var order = PlaceOrder.Place(db, new OrderDraft(cart.CustomerId, email, channel, null, ship,
            [.. lines.Select(line => new OrderLineDraft(line.ProductId, line.Sku, line.Name, line.Quantity, line.UnitPrice))], Paid: false), shop.Now, shop.NowMs);
        Cart.Empty(db, cart);
        if (attempt.Length > 0)
        {
            db.Execute($"INSERT INTO CheckoutAttempt(Attempt, OrderNumber) VALUES ({attempt}, {order.Number})");
        }

        return order;
    }
}
