using Microsoft.AspNetCore.Http;

namespace Hub.Town.Look;

/// <summary>A page of the shop: header with name, mini-cart and search, menu, body, footer.</summary>
internal static class ShopPage
{
    /// <summary>
    /// Answers with the page, in two chunks and without a length. The header <c>X-Town-Side</c> and a meta element say
    /// which side made it.
    /// </summary>
    /// <param name="canonical">The path that search engines shall know the page by.</param>
    public static async Task WriteAsync(
        HttpContext http, ShopFrame frame, string title, Html body, int status = 200, string? canonical = null)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers["X-Town-Side"] = frame.Side;
        http.Response.Headers.CacheControl = "no-cache, no-store";
        await http.Response.WriteAsync(Head(frame, title, canonical).Text, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await http.Response.WriteAsync(Rest(frame, body).Text, http.RequestAborted);
    }

    private static Html Head(ShopFrame frame, string title, string? canonical) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="town-side" content="{frame.Side}">
        <title>{title} · Town Shop</title>
        {(canonical is null ? Html.Empty : Html.Of($"<link rel=\"canonical\" href=\"{frame.Url(canonical)}\">"))}
        <link rel="icon" href="{frame.Url("/assets/logo.svg")}">
        <link rel="stylesheet" href="{frame.Url("/assets/shop.css")}">
        </head>

        """);

    private static Html MiniCart(ShopFrame frame) => frame is { CartLines: { } lines, CartTotal: { } total }
        ? Html.Of($"""<a class="mini-cart" data-lines="{lines}" data-total="{total}" href="{frame.Url("/cart")}">Cart <b>{lines}</b> <span>€ {total}</span></a>""")
        : Html.Of($"""<a class="mini-cart unknown" href="{frame.Url("/cart")}">Cart</a>""");

    private static Html Rest(ShopFrame frame, Html body) => Html.Of($"""
        <body>
        <header>
        <div class="bar">
        <a class="brand" href="{frame.Url("/")}"><img src="{frame.Url("/assets/logo.svg")}" alt="" width="34" height="34">Town Shop</a>
        <form class="search" action="{frame.Url("/search")}" method="get" role="search">
        <input name="q" type="search" placeholder="Search 240 good things" aria-label="Search"><button>Search</button>
        </form>
        {Customer(frame)}
        {MiniCart(frame)}
        </div>
        <nav>{Menu(frame)}</nav>
        </header>
        <main>
        {body}
        </main>
        <footer>
        <a href="{frame.Url("/about-us")}">About us</a>
        <a href="{frame.Url("/shipping")}">Shipping</a>
        <a href="{frame.Url("/returns")}">Returns</a>
        <a href="{frame.Url("/privacy")}">Privacy</a>
        <a href="{frame.Url("/imprint")}">Imprint</a>
        <p>Town Shop, Market Square 1. All prices in euro, with VAT.</p>
        </footer>
        </body>
        </html>
        """);

    private static Html Customer(ShopFrame frame) => frame.Name is null
        ? Html.Of($"""<a class="customer" href="{frame.Url("/login")}">Log in</a>""")
        : Html.Of($"""<a class="customer" data-customer="{frame.Name}" href="{frame.Url("/account")}">{frame.Name}</a>""");

    private static IEnumerable<Html> Menu(ShopFrame frame) =>
        from top in frame.Menu
        where top.ParentId is null
        let below = from entry in frame.Menu
                    where entry.ParentId == top.Id
                    select Html.Of($"""<a href="{frame.Url("/" + entry.Slug)}">{entry.Name}</a>""")
        select Html.Of($"""<div><a href="{frame.Url("/" + top.Slug)}">{top.Name}</a><div class="below">{below}</div></div>""");
}
