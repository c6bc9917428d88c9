using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Hub.Town.Shoppers;

/// <summary>A walk with the app: token, products, cart, order.</summary>
internal static class AppWalk
{
    public static async Task Run(Shopper shopper)
    {
        var token = await shopper.Call("token", HttpMethod.Post, "/api/token", new { email = shopper.Email, password = "town" });
        shopper.Browser.Token = (string?)token["token"];
        shopper.LoggedInAs = (string?)(await shopper.Read("me", "/api/me"))["name"];
        foreach (var old in (await shopper.Read("orders", "/api/orders"))["orders"]!.AsArray())
        {
            shopper.OldOrders.Add((string)old!["order"]!);
        }

        ReadCart(shopper, await shopper.Read("cart", "/api/cart"));
        var page = await shopper.Read("products", $"/api/products?page={shopper.Random.Next(1, 11)}");
        var products = page["products"]!.AsArray();
        for (var i = shopper.Random.Next(1, 4); i > 0; i--)
        {
            var id = (long)products[shopper.Random.Next(products.Count)]!["id"]!;
            await shopper.Read("product", $"/api/products/{id}");
            await Add(shopper, id);
        }

        await PlaceOrder(shopper);
    }

    private static async Task Add(Shopper shopper, long product)
    {
        var wanted = shopper.Cart.GetValueOrDefault(product) + 1;
        await Shopper.UntilDone("add", async () =>
        {
            using var item = JsonContent.Create(new { productId = product, quantity = 1 });
            var answer = await shopper.Browser.WriteAsync("add", HttpMethod.Post, "/api/cart/items", item, shopper.Cancelled);
            if (answer is null)
            {
                return shopper.Browser.RecordIf(Quantity(await shopper.LookUpJson("/api/cart"), product) >= wanted, "add", 200);
            }

            shopper.Browser.Record("add", answer);
            return answer.Status is 200 or 201 or 204 ? true : throw Shopper.Broken("add", answer);
        });
        shopper.Cart[product] = wanted;
    }

    private static async Task PlaceOrder(Shopper shopper)
    {
        var cart = await shopper.Read("cart", "/api/cart");
        if (cart["lines"]!.AsArray().Count != shopper.Cart.Count)
        {
            shopper.Browser.Wonder($"the app's cart has {cart["lines"]!.AsArray().Count} lines of {shopper.Cart.Count}");
        }

        ReadCart(shopper, cart);
        var attempt = NewAttempt(shopper);
        await Shopper.UntilDone("order", async () =>
        {
            using var order = JsonContent.Create(new { name = shopper.LoggedInAs, street = "Long Lane 7", city = "Town", zip = "12345", country = "DE", attempt });
            var answer = await shopper.Browser.WriteAsync("order", HttpMethod.Post, "/api/orders", order, shopper.Cancelled);
            if (answer is { Status: 200 or 201 })
            {
                shopper.Browser.Record("order", answer with { Status = 201 });
                Accept(shopper, JsonNode.Parse(answer.Body)!);
                return true;
            }

            if (answer is not (null or { Status: 202 or 409 }))
            {
                throw Shopper.Broken("order", answer);
            }

            // The attempt is the same at the next try; an order under another id is looked for in the account.
            var placed = (await shopper.LookUpJson("/api/orders"))["orders"]!.AsArray()
                .FirstOrDefault(listed => !shopper.OldOrders.Contains((string)listed!["order"]!));
            if (placed is not null)
            {
                Accept(shopper, placed);
            }
            else if (answer is { Status: 409 })
            {
                // Certainly not taken, and an attempt that was refused stays so.
                shopper.Browser.Stumble("order", answer.Body);
                attempt = NewAttempt(shopper);
            }

            return shopper.Browser.RecordIf(placed is not null, "order", 201);
        });
        if (shopper.OrderTotal != shopper.CartTotal)
        {
            shopper.Browser.Wonder($"the order costs {shopper.OrderTotal} and the cart said {shopper.CartTotal}");
        }
    }

    private static string NewAttempt(Shopper shopper) =>
        string.Create(CultureInfo.InvariantCulture, $"{shopper.Random.NextInt64():x}{Guid.NewGuid():N}");

    private static void Accept(Shopper shopper, JsonNode order)
    {
        shopper.Order = (string?)order["order"];
        shopper.OrderTotal = (decimal?)order["total"];
    }

    private static void ReadCart(Shopper shopper, JsonNode cart)
    {
        var lines = cart["lines"]!.AsArray();
        shopper.Cart.Clear();
        foreach (var line in lines)
        {
            shopper.Cart[(long)line!["productId"]!] = (int)line["quantity"]!;
        }

        shopper.CartLines = lines.Count;
        shopper.CartTotal = (decimal)cart["total"]!;
    }

    private static int Quantity(JsonNode cart, long product) =>
        (int?)cart["lines"]!.AsArray().FirstOrDefault(line => (long)line!["productId"]! == product)?["quantity"] ?? 0;

    private static async Task<JsonNode> Read(this Shopper shopper, string step, string path)
    {
        var answer = await shopper.Browser.GetAsync(step, path, shopper.Cancelled);
        return answer.Status == 200 ? JsonNode.Parse(answer.Body)! : throw Shopper.Broken(step, answer);
    }

    private static async Task<JsonNode> LookUpJson(this Shopper shopper, string path) =>
        JsonNode.Parse((await shopper.Browser.GetAsync("look-up", path, shopper.Cancelled, record: false)).Body)!;

    /// <summary>A write that does no harm twice.</summary>
    private static async Task<JsonNode> Call(this Shopper shopper, string step, HttpMethod method, string path, object body)
    {
        ShopAnswer? answer = null;
        await Shopper.UntilDone(step, async () =>
        {
            using var content = JsonContent.Create(body);
            answer = await shopper.Browser.WriteAsync(step, method, path, content, shopper.Cancelled);
            if (answer is null)
            {
                // The shop is asked something harmless until it is there again.
                await shopper.LookUpJson("/api/products?page=1");
            }

            return answer is not null;
        });
        shopper.Browser.Record(step, answer!);
        return answer!.Status == 200 ? JsonNode.Parse(answer.Body)! : throw Shopper.Broken(step, answer);
    }
}
