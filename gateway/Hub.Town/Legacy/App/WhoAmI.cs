using Hub.Town.Legacy.Carts;
using Hub.Town.Legacy.Store;
using Hub.Town.Legacy.Visits;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.App;

/// <summary>Who the cookie or the token belongs to, and how many lines the shop holds in that one's cart.</summary>
internal static class WhoAmI
{
    public static IResult Get(HttpContext http, LegacyDatabase shop) => shop.Read(db =>
    {
        var customer = AppCustomer.Of(http, db);
        var visitor = customer is null ? Sessions.Find(http, db) : null;
        var owner = customer?.Cart ?? visitor?.Cart;
        return TypedResults.Json(new
        {
            id = customer?.Id ?? visitor?.CustomerId,
            name = customer?.Name ?? visitor?.Name,
            cart = owner is { } cart ? Cart.Summary(db, cart).Lines : 0,
        });
    });
}
