using Hub.Town.Storefront.Account;
using Hub.Town.Storefront.Carrying;
using Hub.Town.Storefront.Carts;
using Hub.Town.Storefront.Catalog;
using Hub.Town.Storefront.Checkout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Town.Storefront;

/// <summary>How long the storefront waits.</summary>
internal sealed class StorefrontOptions
{
    /// <summary>Legacy's own time-out: an order that it has not taken by then it never takes.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan LegacyTimeOut { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a customer waits for the order before the page says that it is under way.</summary>
    /// <value>The default is 8 s.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(8);
}

/// <summary>New's storefront: the same public addresses as legacy's, over New's services and legacy's API.</summary>
internal static class NewShop
{
    public static WebApplication Build(TownContext context, Uri address) => Build(context, address, new StorefrontOptions());

    public static WebApplication Build(TownContext context, Uri address, StorefrontOptions options)
    {
        var file = context.OpenStore("new-checkout.db");
        StorefrontSchema.Steps.Upgrade(file);

        var builder = context.CreateBuilder(address);
        var services = builder.Services;
        services.AddSingleton(file);
        services.AddSingleton(_ => new LegacyLink(context.Addresses.Legacy));
        services.AddSingleton(_ => new LegacyOrders(context.Addresses.Legacy, options.LegacyTimeOut));
        services.AddSingleton(_ => new LegacyCarts(context.Addresses.Legacy));
        services.AddSingleton(_ => new CartClient(Service(context.Addresses.Cart)));
        services.AddSingleton(_ => new Assortment(
            Service(context.Addresses.Product), Service(context.Addresses.Pricing), Service(context.Addresses.Inventory)));
        services.AddSingleton(_ => new HubIdentity(context.IdentityKeys, context.Time));
        services.AddHostedService(provider => provider.GetRequiredService<HubIdentity>());
        services.AddSingleton<AttemptStore>();
        services.AddSingleton<OrderDesk>();
        services.AddHostedService(provider => provider.GetRequiredService<OrderDesk>());
        services.AddSingleton<CarryStore>();
        services.AddSingleton<CartCarrier>();
        services.AddHostedService(provider => provider.GetRequiredService<CartCarrier>());

        var app = builder.Build();
        app.Use(Sign);
        app.Use(app.Services.GetRequiredService<HubIdentity>().ReadAsync);
        Map(app, context, options);
        return app;
    }

    private static void Map(WebApplication app, TownContext context, StorefrontOptions options)
    {
        var (attempts, carts, legacy) = (Of<AttemptStore>(), Of<CartClient>(), Of<LegacyLink>());
        var frames = new Frames(Of<Assortment>(), carts, legacy, context.Time);
        var accounts = new Accounts(
            Service(context.Addresses.Customer), Service(context.Addresses.Order), attempts, Of<LegacyOrders>());
        var checkout = new CheckoutPages(
            Of<OrderDesk>(), attempts, carts, accounts, frames, legacy, context.Time, options.Patience);

        new CatalogPages(Of<Assortment>(), frames).Map(app);
        new CatalogApi(Of<Assortment>()).Map(app);
        new CartPages(carts, frames).Map(app);
        new CartApi(carts).Map(app);
        checkout.Map(app);
        new OrderApi(checkout, attempts, accounts, legacy).Map(app);
        new AccountForms(accounts, new LegacyForm(legacy), frames).Map(app);
        new CarryHook(Of<CartCarrier>(), Of<LegacyCarts>()).Map(app);
        app.MapGet("/health/live", () => TypedResults.Text("live"));
        app.MapGet("/health/ready", () => TypedResults.Text("ready"));

        T Of<T>()
            where T : notnull => app.Services.GetRequiredService<T>();
    }

    private static HttpClient Service(Uri address) => new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Every answer says which side made it; a HEAD is 404 wherever a GET makes a page, as at legacy.</summary>
    private static Task Sign(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers["X-Town-Side"] = Frames.Side;
        if (HttpMethods.IsHead(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(http);
    }
}
