using System.Net;
using System.Net.Http.Json;
using Hub.Town.Services.Pricing;
using Hub.Town.Services.Product;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hub.Town.Services.Cart;

/// <summary>The cart service: carts by the customer's key at the hub, at prices asked from the pricing service.</summary>
internal sealed class CartStand(CartStore store, HttpClient products, HttpClient prices)
{
    public static WebApplication Build(TownContext context, Uri address)
    {
        var stand = new CartStand(
            new CartStore(context.OpenStore("new-cart.db"), context.Time),
            new HttpClient { BaseAddress = context.Addresses.Product },
            new HttpClient { BaseAddress = context.Addresses.Pricing });
        var app = context.CreateBuilder(address).Build();
        app.MapHealth();
        app.MapGet("/carts/{cart}", (string cart) => TypedResults.Ok(stand.Store.Read(cart)));
        app.MapPost("/carts/{cart}/lines", stand.Add);
        app.MapPut("/carts/{cart}/lines/{product:long}", stand.Set);
        app.MapPost("/carts/{cart}/take", (string cart, TakeLines take) => TypedResults.Ok(stand.Store.Take(cart, take.Id)));
        app.MapPost("/carts/{cart}/merge", (string cart, MergeLines merge) => TypedResults.Ok(stand.Store.Merge(cart, merge)));
        return app;
    }

    private CartStore Store => store;

    private async Task<Results<Ok<CartItem>, NotFound<string>, BadRequest<string>>> Add(string cart, AddLine add, CancellationToken cancellation)
    {
        if (add.Quantity is < 1 or > 1_000)
        {
            return TypedResults.BadRequest($"A quantity is 1 to 1000, and this one is {add.Quantity}.");
        }

        var product = await Ask<ProductItem>(products, $"products/{add.ProductId}", cancellation);
        var price = await Ask<PriceItem>(prices, $"prices/{add.ProductId}", cancellation);
        if (product is null || price is null)
        {
            return TypedResults.NotFound($"There is no product {add.ProductId} with a price.");
        }

        store.Add(cart, new CartLine(product.Id, product.Name, add.Quantity, price.Amount));
        return TypedResults.Ok(store.Read(cart));
    }

    private Ok<CartItem> Set(string cart, long product, SetQuantity set)
    {
        store.Set(cart, product, set.Quantity);
        return TypedResults.Ok(store.Read(cart));
    }

    private static async Task<T?> Ask<T>(HttpClient service, string path, CancellationToken cancellation)
        where T : class
    {
        using var answer = await service.GetAsync(new Uri(path, UriKind.Relative), cancellation);
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<T>(cancellation);
    }
}
