using Hub.Town.Legacy.App;
using Hub.Town.Legacy.Carts;
using Hub.Town.Legacy.Catalog;
using Hub.Town.Legacy.Orders;
using Hub.Town.Legacy.Partner;
using Hub.Town.Legacy.Store;
using Hub.Town.Legacy.Visits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Town.Legacy;

/// <summary>The monolith that the town comes from; it behaves as SAFETY.md says real legacy shops do.</summary>
internal static class LegacyShop
{
    private const string PartnerKey = "town-partner";

    public static WebApplication Build(TownContext context, Uri address)
    {
        var builder = context.CreateBuilder(address);
        builder.Services.AddSingleton<LegacyDatabase>();
        builder.Services.AddSingleton<FormTokens>();
        builder.Services.AddHostedService<PaymentProvider>();
        builder.Services.AddResponseCompression(options => options.Providers.Add<GzipCompressionProvider>());

        var app = builder.Build();
        app.Use(Sign);
        app.UseResponseCompression();
        MapPages(app);
        MapApp(app);
        MapPartner(app.MapGroup("/partner").AddEndpointFilter(AskPartnerKey));
        app.MapPost("/admin/products/{id:long}/price", ChangePrice.Post);
        app.MapFallback("{*path}", LegacyPage.ShowNotFound);
        return app;
    }

    private static void MapPages(WebApplication app)
    {
        app.MapGet("/", ShowCatalog.Home);
        app.MapGet("/{slug}", ShowCatalog.BySlug);
        app.MapGet("/index.php", ShowCatalog.ByRoute);
        app.MapGet("/search", SearchProducts.Get);
        app.MapGet("/login", (HttpContext http, LegacyDatabase shop, FormTokens tokens) => LogIn.Show(http, shop, tokens));
        app.MapPost("/login", LogIn.Post);
        app.MapPost("/logout", LogOut.Post);
        app.MapGet("/account", ShowAccount.Get);
        app.MapPost("/cart/add", AddToCart.Post);
        app.MapGet("/cart", ShowCart.Get);
        app.MapPost("/cart/update", UpdateCart.Post);
        app.MapGet("/minicart", ShowCart.GetMini);
        app.MapGet("/checkout", (HttpContext http, LegacyDatabase shop, FormTokens tokens) => Checkout.Show(http, shop, tokens));
        app.MapPost("/checkout", Checkout.Post);
        app.MapGet("/checkout/done/{orderNumber}", Checkout.ShowDone);
        app.MapPost("/payment/callback", TakePayment.Post);
        app.MapMethods("/assets/shop.css", ["GET", "HEAD"], ServeAssets.GetCss);
        app.MapMethods("/assets/logo.svg", ["GET", "HEAD"], ServeAssets.GetLogo);
        app.MapMethods("/assets/products/{sku}.svg", ["GET", "HEAD"], ServeAssets.GetPicture);
    }

    private static void MapApp(WebApplication app)
    {
        app.MapPost("/api/token", AppLogIn.Post);
        app.MapGet("/api/me", WhoAmI.Get);
        app.MapGet("/api/products", AppProduct.List);
        app.MapGet("/api/products/{id:long}", AppProduct.Get);
        app.MapGet("/api/cart", AppCart.Get);
        app.MapPost("/api/cart/items", AppCart.Add);
        app.MapDelete("/api/cart/items/{productId:long}", AppCart.Remove);
        app.MapPost("/api/orders", AppOrder.Post);
        app.MapGet("/api/orders", AppOrder.List);
        app.MapGet("/api/orders/{orderNumber}", AppOrder.Get);
    }

    private static void MapPartner(RouteGroupBuilder partner)
    {
        partner.MapPost("/orders", PartnerOrder.Post);
        partner.MapGet("/orders", PartnerOrder.Find);
        partner.MapGet("/carts/{owner}", PartnerCart.Get);
        partner.MapPut("/carts/{owner}", PartnerCart.Put);
        partner.MapDelete("/carts/{owner}", PartnerCart.Delete);
    }

    /// <summary>Every answer says which side made it; a HEAD is 404 wherever a GET makes a page, and a busy database a 503.</summary>
    private static async Task Sign(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers["X-Town-Side"] = LegacyPage.Side;
        if (HttpMethods.IsHead(http.Request.Method) && !http.Request.Path.StartsWithSegments("/assets"))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        try
        {
            await next(http);
        }
        catch (TimeoutException) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private static ValueTask<object?> AskPartnerKey(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Request.Headers["X-Partner-Key"] == PartnerKey
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.Unauthorized());
}
