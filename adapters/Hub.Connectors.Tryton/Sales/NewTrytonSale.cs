using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.References;

namespace Hub.Connectors.Tryton.Sales;

/// <summary>Writes an order as a draft sale: who, where, what, at which price, with which taxes.</summary>
internal sealed class NewTrytonSale(TrytonTalk talk, TrytonOptions options, CrossReferences references)
{
    /// <summary>Articles asked for at once.</summary>
    private const int Chunk = 500;

    public async Task<JsonObject> WriteAsync(Order order)
    {
        // order matters: what can be refused comes before the customer is made
        var lines = await LinesAsync(order);
        var sale = new JsonObject
        {
            ["reference"] = order.Key.ToString(),
            ["description"] = $"{order.Key.Channel} {order.Number}",
            ["currency"] = await NeedAsync("currency.currency", "code", order.Total.Currency, "currency", "Add it there, with its rates."),
        };
        if (options.Warehouse is { } warehouse)
        {
            sale["warehouse"] = await NeedAsync("stock.location", "code", warehouse, "warehouse", "Correct Warehouse in the connector's config.");
        }

        if ((order.PaymentMethod is { } method ? references.Of(CrossReferences.Payments, method) : options.PaymentTerm) is { } term)
        {
            sale["payment_term"] = await NeedAsync("account.invoice.payment_term", "name", term, "payment term", "Add it there, or correct the row of the table 'payments'.");
        }

        var customer = await new TrytonCustomers(talk).FindOrMakeAsync(order);
        sale["party"] = customer.Party;
        sale["invoice_address"] = customer.Address;
        sale["shipment_address"] = customer.Address;
        sale["lines"] = new JsonArray { new JsonArray { "create", lines } };
        return sale;
    }

    private async Task<JsonArray> LinesAsync(Order order)
    {
        var items = order.Lines.Select(line => references.Of(CrossReferences.Items, line.Sku.Text)).ToArray();
        var shipping = Shipping(order);
        var articles = await ArticlesAsync(shipping is null ? items : [.. items, options.ShippingItem!]);
        var taxes = await TaxRatesAsync(order, articles.Values);
        var lines = new JsonArray();
        foreach (var (line, item) in order.Lines.Zip(items))
        {
            var article = articles.GetValueOrDefault(item) ?? throw NoArticle(item, line.Sku.Text);
            lines.Add(Line(article, line.Name, line.Quantity, line.UnitPrice.Amount, await TaxesAsync(line, article), taxes));
        }

        if (shipping is { } cost)
        {
            var article = articles.GetValueOrDefault(options.ShippingItem!) ?? throw NoArticle(options.ShippingItem!, "shipping");
            lines.Add(Line(article, order.ShipService, 1, cost, article.Taxes, taxes));
        }

        return lines;
    }

    private decimal? Shipping(Order order) => order.Shipping is not { Amount: > 0 } cost
        ? null
        : options.ShippingItem is not null
            ? cost.Amount
            : throw new TrytonStopException(
                TrytonStop.Refused, $"The order has shipping costs of {cost}: set ShippingItem of the connector to the code of the service product that they are booked on.");

    private JsonObject Line(Article article, string? description, int quantity, decimal price, int[] taxes, Dictionary<int, decimal> rates)
    {
        var net = options.PricesIncludeTax ? price / (1 + taxes.Sum(tax => rates[tax])) : price;
        var line = new JsonObject
        {
            ["type"] = "line",
            ["product"] = article.Id,
            ["unit"] = article.Unit,
            ["quantity"] = quantity,
            ["unit_price"] = TrytonJson.Of(net == price ? price : Math.Round(net, options.PriceDecimals, MidpointRounding.ToEven)),
        };
        if (description is { Length: > 0 })
        {
            line["description"] = description;
        }

        if (taxes.Length > 0)
        {
            line["taxes"] = new JsonArray { new JsonArray { "add", TrytonJson.List(taxes) } };
        }

        return line;
    }

    private async Task<Dictionary<string, Article>> ArticlesAsync(IEnumerable<string> codes)
    {
        var found = new Dictionary<string, Article>(StringComparer.Ordinal);
        foreach (var chunk in codes.Distinct(StringComparer.Ordinal).Chunk(Chunk))
        {
            foreach (var record in await talk.SearchAsync(
                "product.product", [TrytonJson.Where("code", "in", TrytonJson.List(chunk))], ["code", "sale_uom", "account_category.customer_taxes_used"]))
            {
                // The oldest of several with one code: the order of a search is by id.
                found.TryAdd(record.GetProperty("code").GetString()!, Read(record));
            }
        }

        return found;
    }

    private async Task<int[]> TaxesAsync(OrderLine line, Article article)
    {
        if (line.TaxCode is not { } code)
        {
            return article.Taxes;
        }

        var name = references.Of(CrossReferences.Taxes, code);
        return [await NeedAsync("account.tax", "name", name, "tax", "Add it there, or correct the row of the table 'taxes'.")];
    }

    private async Task<Dictionary<int, decimal>> TaxRatesAsync(Order order, IEnumerable<Article> articles)
    {
        var ids = articles.SelectMany(article => article.Taxes).ToHashSet();
        foreach (var line in order.Lines.Where(line => line.TaxCode is not null))
        {
            ids.UnionWith(await TaxesAsync(line, new Article(0, null, [])));
        }

        return !options.PricesIncludeTax || ids.Count == 0
            ? []
            : (await talk.SearchAsync("account.tax", [TrytonJson.Where("id", "in", TrytonJson.List(ids))], ["rate"])).ToDictionary(
                tax => tax.GetProperty("id").GetInt32(),
                tax => tax.GetProperty("rate") is { ValueKind: not JsonValueKind.Null } rate
                    ? TrytonJson.Decimal(rate)
                    : throw new TrytonStopException(
                        TrytonStop.Refused, $"The tax with the id {tax.GetProperty("id")} has no rate, so that no price without it can be computed: say no to PricesIncludeTax."));
    }

    private async Task<int> NeedAsync(string model, string field, string value, string what, string whatToDo) =>
        await talk.IdOfAsync(model, field, value)
        ?? throw new TrytonStopException(TrytonStop.Refused, $"Tryton has no {what} '{value}'. {whatToDo}");

    private TrytonStopException NoArticle(string item, string sku) => new(
        TrytonStop.Refused,
        $"Tryton has no product with the code '{item}' that can be sold. Add it there, or the row of the article: hub xref set {references.Connector} items {sku} CODE.");

    private static Article Read(JsonElement record) => new(
        record.GetProperty("id").GetInt32(),
        record.GetProperty("sale_uom") is { ValueKind: JsonValueKind.Number } unit ? unit.GetInt32() : null,
        TrytonJson.Pointed(record, "account_category") is { } category && category.GetProperty("customer_taxes_used") is { ValueKind: JsonValueKind.Array } taxes
            ? [.. taxes.EnumerateArray().Select(tax => tax.GetInt32())]
            : []);

    /// <param name="Taxes">What Tryton itself would put on a sale of it.</param>
    private sealed record Article(int Id, int? Unit, int[] Taxes);
}
