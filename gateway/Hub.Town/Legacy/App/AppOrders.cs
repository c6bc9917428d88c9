using Hub.Town.Legacy.Orders;
using Hub.Town.Legacy.Store;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.App;

/// <summary>
/// The app's checkout. <c>attempt</c>, where the app sends one, makes the same order of the same call.
/// </summary>
internal sealed record AppOrder(string? Name, string? Street, string? City, string? Zip, string? Country, string? Attempt)
{
    public static IResult Post(AppOrder order, HttpContext http, LegacyDatabase shop) => AppCustomer.Ask(http, shop, customer =>
    {
        var ship = new ShipTo(order.Name ?? customer.Name, order.Street ?? "", order.City ?? "", order.Zip ?? "", order.Country ?? "");
        if (ship.Problem() is { } problem)
        {
            return TypedResults.BadRequest(new { error = problem });
        }

        var placed = shop.Write(db => PlaceCart.Place(db, shop, customer.Cart, customer.Email, "app", ship, order.Attempt ?? ""));
        return placed is null
            ? TypedResults.Conflict(new { error = "The cart is empty; put something in first." })
            : TypedResults.Json(new { order = placed.Number, total = placed.Total }, statusCode: StatusCodes.Status201Created);
    });

    public static IResult List(HttpContext http, LegacyDatabase shop) => AppCustomer.Ask(http, shop, customer =>
        TypedResults.Json(new
        {
            orders = shop.Read(db => PlacedOrder.OfCustomer(db, customer.Id))
                .Select(order => new { order = order.Number, order.Status, order.Total, order.PlacedOn }),
        }));

    public static IResult Get(string orderNumber, HttpContext http, LegacyDatabase shop) => AppCustomer.Ask(http, shop, customer =>
        shop.Read(db => PlacedOrder.Find(db, orderNumber)) is { } order && order.CustomerId == customer.Id
            ? TypedResults.Json(new { order = order.Number, order.Status, order.Total, order.PlacedOn })
            : TypedResults.NotFound());
}
