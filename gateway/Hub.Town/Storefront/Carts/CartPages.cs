using System.Globalization;
using Hub.Town.Look;
using Hub.Town.Look.Pages;
using Hub.Town.Services.Cart;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront.Carts;

/// <summary>The cart's page and forms, and the mini-cart.</summary>
internal sealed class CartPages(CartClient carts, Frames frames)
{
    public void Map(WebApplication app)
    {
        app.MapGet("/cart", Show);
        app.MapPost("/cart/add", Add);
        app.MapPost("/cart/update", Update);
        app.MapGet("/minicart", async (HttpContext http) => await frames.MiniCart(http) is { } cart
            ? Results.Json(cart)
            : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
    }

    public static IReadOnlyList<CartViewLine> View(CartItem cart) =>
        [.. cart.Lines.Select(line => new CartViewLine(line.ProductId, line.Sku, line.Name, "", line.Quantity, line.UnitPrice))];

    private async Task Show(HttpContext http)
    {
        var key = Shopper.Of(http.Request).Key;
        var cart = key is null ? new CartItem([]) : await carts.Read(key, http.RequestAborted);
        var frame = await frames.Of(http, cart.Lines.Count, cart.Total);
        await ShopPage.WriteAsync(http, frame, "Cart", CartPage.Body(frame, View(cart), FormTokens.Hidden(http)));
    }

    /// <summary>Product pages of both sides post here, so there is no token to check.</summary>
    private async Task Add(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var added = Shopper.Of(http.Request).Key is { } key
            && long.TryParse(form["productId"], CultureInfo.InvariantCulture, out var product)
            && int.TryParse(form["quantity"], CultureInfo.InvariantCulture, out var quantity)
            && await carts.Add(key, new AddLine(product, Math.Max(quantity, 1)), http.RequestAborted) is not null;
        await (added ? Frames.GoTo(http, "/cart") : frames.ShowNotFound(http));
    }

    private async Task Update(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!FormTokens.Check(http, form) || Shopper.Of(http.Request).Key is not { } key)
        {
            await frames.ShowNotFound(http);
            return;
        }

        foreach (var (field, value) in form)
        {
            if (field.StartsWith("quantity[", StringComparison.Ordinal)
                && long.TryParse(field.AsSpan("quantity[".Length).TrimEnd(']'), CultureInfo.InvariantCulture, out var product)
                && int.TryParse(value, CultureInfo.InvariantCulture, out var quantity))
            {
                await carts.Set(key, product, quantity, http.RequestAborted);
            }
        }

        await Frames.GoTo(http, "/cart");
    }
}
