using System.Net.Http.Json;
using System.Text.Json;
using Hub.Town.Look;
using Hub.Town.Look.Pages;
using Hub.Town.Storefront.Carts;
using Hub.Town.Storefront.Catalog;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront;

/// <summary>A mini-cart: legacy's own answer at <c>/minicart</c>, and New's.</summary>
internal sealed record MiniCart(int Lines, decimal Total, string? Name);

/// <summary>What stands around each page: who is logged in, the menu, the mini-cart of the side that has the cart.</summary>
internal sealed class Frames(Assortment assortment, CartClient carts, LegacyLink legacy, TimeProvider time)
{
    /// <summary>What <c>X-Town-Side</c> says.</summary>
    public const string Side = "new";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<ShopFrame> Of(HttpContext http)
    {
        var menu = assortment.Menu(http.RequestAborted);
        var cart = MiniCart(http);
        await Task.WhenAll(menu, cart);
        return Frame(http, await cart, await menu);
    }

    /// <summary>The frame of a page that shows New's cart itself.</summary>
    public async Task<ShopFrame> Of(HttpContext http, int lines, decimal total) =>
        Frame(http, new MiniCart(lines, total, null), await assortment.Menu(http.RequestAborted));

    /// <returns>Null where the side that has the cart can't be asked now: a page is shown all the same.</returns>
    public async Task<MiniCart?> MiniCart(HttpContext http)
    {
        try
        {
            return await Ask().WaitAsync(Patience, time, http.RequestAborted);
        }
        catch (Exception unreached) when (unreached is HttpRequestException or JsonException or TimeoutException
            || (unreached is OperationCanceledException && !http.RequestAborted.IsCancellationRequested))
        {
            return null;
        }

        async Task<MiniCart> Ask()
        {
            var shopper = Shopper.Of(http.Request);
            if (shopper.CartAtLegacy)
            {
                using var answer = await legacy.Send(http, HttpMethod.Get, "minicart");
                var cart = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<MiniCart>(http.RequestAborted);
                return cart! with { Name = shopper.Name };
            }

            var own = shopper.Key is null ? null : await carts.Read(shopper.Key, http.RequestAborted);
            return new MiniCart(own?.Lines.Count ?? 0, own?.Total ?? 0m, shopper.Name);
        }
    }

    /// <summary>What a failed antiforgery check, a product that isn't sold and an unknown address have in common.</summary>
    public async Task ShowNotFound(HttpContext http)
    {
        var frame = await Of(http);
        await ShopPage.WriteAsync(http, frame, "Not here", TextPages.NotFound(frame), StatusCodes.Status404NotFound);
    }

    /// <summary>Sends the browser elsewhere, to an absolute address made from Host, as legacy does.</summary>
    public static Task GoTo(HttpContext http, string path, int status = StatusCodes.Status303SeeOther)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.Location = ShopFrame.OriginOf(http.Request) + path;
        return Task.CompletedTask;
    }

    private static ShopFrame Frame(HttpContext http, MiniCart? cart, IReadOnlyList<MenuEntry> menu) =>
        new(Side, ShopFrame.OriginOf(http.Request), Shopper.Of(http.Request).Name, cart?.Lines, cart?.Total, menu);
}
