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
        app.MapPost("/carts/{cart}/reprice", stand.Reprice);
        app.MapPost("/carts/{cart}/take", (string cart, TakeLines take) => TypedResults.Ok(stand.Store.Take(cart, take.Id)));
        app.MapPost("/carts/{cart}/merge", (string cart, MergeLines merge) => TypedResults.Ok(stand.Store.Merge(cart, merge)));
        return app;
    }

    private CartStore Store => store;

    private async Task<Results<Ok<CartItem>, NotFound<string>, BadRequest<string>>> Add(string cart, AddLine add, CancellationToken cancellation)
    {
        if (add.Quantity < 1)
        {
            return TypedResults.BadRequest($"A quantity is at least 1, and this one is {add.Quantity}.");
        }

        var product = await products.GetOneOrNone<ProductItem>($"products/{add.ProductId}", cancellation);
        var price = await prices.GetOneOrNone<PriceItem>($"prices/{add.ProductId}", cancellation);
        if (product is null || price is null)
        {
            return TypedResults.NotFound($"There is no product {add.ProductId} with a price.");
        }

        store.Add(cart, new CartLine(product.Id, product.Sku, product.Name, add.Quantity, price.Amount));
        return TypedResults.Ok(store.Read(cart));
    }

    private Ok<CartItem> Set(string cart, long product, SetQuantity set)
    {
        store.Set(cart, product, set.Quantity);
        return TypedResults.Ok(store.Read(cart));
    }

    private async Task<Ok<CartItem>> Reprice(string cart, CancellationToken cancellation)
    {
        var ids = string.Join(',', store.Read(cart).Lines.Select(line => line.ProductId));
        var now = await prices.GetFromJsonAsync<List<PriceItem>>($"prices?ids={ids}", cancellation);
        store.Reprice(cart, now!.Select(price => (price.ProductId, price.Amount)));
        return TypedResults.Ok(store.Read(cart));
    }
}
