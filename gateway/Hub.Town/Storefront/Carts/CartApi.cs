using Hub.Town.Services.Cart;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront.Carts;

internal sealed record AppCartItem(long ProductId, int Quantity = 1);

/// <summary>The app's cart, in the words of legacy's API: 401 without a customer.</summary>
internal sealed class CartApi(CartClient carts)
{
    public void Map(WebApplication app)
    {
        app.MapGet("/api/cart", async Task<IResult> (HttpContext http, CancellationToken cancellation) =>
            Shopper.Of(http.Request) is { Key: { } key, Account: not null }
                ? TypedResults.Json(await carts.Read(key, cancellation))
                : TypedResults.Unauthorized());
        app.MapPost("/api/cart/items", Add);
        app.MapDelete("/api/cart/items/{productId:long}", Remove);
    }

    private async Task<IResult> Add(AppCartItem item, HttpContext http, CancellationToken cancellation)
    {
        if (Shopper.Of(http.Request) is not { Key: { } key, Account: not null })
        {
            return TypedResults.Unauthorized();
        }

        return await carts.Add(key, new AddLine(item.ProductId, Math.Max(item.Quantity, 1)), cancellation) is { } cart
            ? TypedResults.Json(cart)
            : TypedResults.NotFound();
    }

    private async Task<IResult> Remove(long productId, HttpContext http, CancellationToken cancellation)
    {
        if (Shopper.Of(http.Request) is not { Key: { } key, Account: not null })
        {
            return TypedResults.Unauthorized();
        }

        await carts.Set(key, productId, 0, cancellation);
        return TypedResults.NoContent();
    }
}
