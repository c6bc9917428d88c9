using System.Globalization;
using AngleSharp.Dom;

namespace Hub.Town.Shoppers;

/// <summary>Putting things into the cart and changing one's mind.</summary>
internal static class FillingCart
{
    /// <summary>Buys one to three of the product on the page. Without an answer, the cart tells whether it went in.</summary>
    public static async Task Add(this Shopper shopper, IDocument page)
    {
        var form = Shopper.Form("add", page, "buy");
        var product = Shopper.Number(form.QuerySelector("[name=productId]")!, "value");
        var wanted = shopper.Cart.GetValueOrDefault(product) + shopper.Random.Next(1, 4);
        await Shopper.UntilDone("add", async () =>
        {
            var more = wanted - shopper.Cart.GetValueOrDefault(product);
            if (await shopper.Send("add", form, [new("quantity", more.ToString(CultureInfo.InvariantCulture))]) is { } answer)
            {
                shopper.Browser.Record("add", answer);
                return answer.Status == 303 ? true : throw Shopper.Broken("add", answer);
            }

            var (lines, _) = Read(await shopper.LookUp("/cart"));
            return shopper.Browser.RecordIf(lines.GetValueOrDefault(product) >= wanted, "add", 303);
        });
        shopper.Cart[product] = wanted;
        await shopper.LookAtCart("cart");
    }

    /// <summary>Opens the cart and wonders about every line that is not as it should be.</summary>
    public static async Task<IDocument> LookAtCart(this Shopper shopper, string step)
    {
        var page = await shopper.Open(step, "/cart");
        var (lines, _) = Read(page);
        if (!lines.OrderBy(line => line.Key).SequenceEqual(shopper.Cart.OrderBy(line => line.Key)))
        {
            shopper.Browser.Wonder($"{step}: the cart holds {Text(lines)} and should hold {Text(shopper.Cart)}");
        }

        var mini = page.QuerySelector(".mini-cart")!;
        if (Shopper.Number(mini, "data-lines") != lines.Count)
        {
            shopper.Browser.Wonder($"{step}: the mini-cart says {mini.GetAttribute("data-lines")} and the cart has {lines.Count}");
        }

        return page;
    }

    /// <summary>Takes one more of one product; a form that was sent back is filled in again.</summary>
    public static async Task ChangeOne(this Shopper shopper, IDocument cart)
    {
        var product = shopper.Cart.Keys.Order().ElementAt(shopper.Random.Next(shopper.Cart.Count));
        shopper.Cart[product]++;
        await Shopper.UntilDone("update", async () =>
        {
            var fields = shopper.Cart.Select(line => KeyValuePair.Create(
                string.Create(CultureInfo.InvariantCulture, $"quantity[{line.Key}]"), line.Value.ToString(CultureInfo.InvariantCulture)));
            var answer = await shopper.Send("update", Shopper.Form("update", cart, "cart"), fields);
            if (answer is not null and not { Status: 303 })
            {
                throw Shopper.Broken("update", answer);
            }

            cart = await shopper.LookUp("/cart");
            var changed = shopper.Browser.RecordIf(Read(cart).Lines.GetValueOrDefault(product) == shopper.Cart[product], "update", 303, answer?.Side);
            shopper.SentBack += changed || answer is null ? 0 : 1;
            return changed;
        });
        await shopper.LookAtCart("updated");
    }

    public static async Task<IDocument> LookUp(this Shopper shopper, string path) =>
        (await shopper.Browser.GetAsync("look-up", path, shopper.Cancelled, record: false)).Page;

    /// <summary>The lines, product → quantity, and the total of a page that shows a cart.</summary>
    public static (Dictionary<long, int> Lines, decimal Total) Read(IDocument page) => (
        page.QuerySelectorAll("[data-line]").ToDictionary(line => Shopper.Number(line, "data-line"), line => (int)Shopper.Number(line, "data-quantity")),
        page.QuerySelector("[data-cart-total]") is { } total ? Shopper.Amount(total, "data-cart-total") : 0);

    private static string Text(Dictionary<long, int> lines) =>
        lines.Count == 0 ? "nothing" : string.Join(", ", lines.OrderBy(line => line.Key).Select(line => $"{line.Value}×{line.Key}"));
}
