using System.Collections.Immutable;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.References;

namespace Hub.Connectors.Shopify.Orders;

/// <summary>Makes an order of what Shopify says, and says which are none for the hub.</summary>
internal sealed class ReadShopifyOrder(ShopifyOptions options, CrossReferences references)
{
    public OrderKey KeyOf(ShopifyOrder order) => KeyOf(new ShopifyNode(order.Id));

    public OrderKey KeyOf(ShopifyNode order) => OrderKey.Parse($"{options.Channel}/{ShopifyId.NumberOf("Order", order.Id)}");

    /// <summary>Is it paid, real and still to be shipped? One that is paid later comes again, since that changes it.</summary>
    /// <exception cref="FormatException">Its state is none that is known: it may be one for us.</exception>
    public bool IsForUs(ShopifyOrder order) => !order.Test && order.DisplayFulfillmentStatus is not ("FULFILLED" or "RESTOCKED") && order.DisplayFinancialStatus switch
    {
        "PAID" or "PARTIALLY_REFUNDED" => true,
        "AUTHORIZED" => options.TakeAuthorized,
        "PENDING" or "PARTIALLY_PAID" or "REFUNDED" or "VOIDED" or "EXPIRED" => false,
        var status => throw new FormatException($"Its financial status '{status}' is none that the connector knows. Is it paid? Book it by hand if so."),
    };

    /// <summary>The order, or nothing where all that was in it is taken out or given back.</summary>
    /// <exception cref="FormatException">It can't be read.</exception>
    public IEnumerable<Order> Read(ShopifyOrder order, ImmutableArray<JsonElement> nodes)
    {
        var read = nodes.Select(ShopifyJson.Read<ShopifyLine>).Where(line => line.CurrentQuantity != 0).ToList();
        if (read.Count == 0 && nodes.Length > 0)
        {
            return [];
        }

        if (!order.RequiresShipping)
        {
            throw new FormatException("Nothing in it is sent to anybody (a gift card, a download, a pick-up), and the hub would buy a label for it. Book it by hand.");
        }

        if (options.PricesIncludeTax is { } expected && expected != order.TaxesIncluded)
        {
            throw new FormatException($"Its prices are {(order.TaxesIncluded ? "with" : "without")} tax, and PricesIncludeTax of the connector says otherwise. Book it by hand.");
        }

        return
        [
            new Order(
                KeyOf(order), order.Name, order.ProcessedAt.ToUniversalTime(), BuyerOf(order), [.. read.Select(Line)],
                order.CurrentTotalPriceSet.ShopMoney.ToMoney(), AddressOf(order), PaidAt(order))
            {
                Shipping = order.CurrentShippingPriceSet.ShopMoney.ToMoney(),
                ShipService = order.ShippingLine?.Title,
                PaymentMethod = order.PaymentGatewayNames is { IsDefaultOrEmpty: false } names ? string.Join(" + ", names) : null,
            },
        ];
    }

    private OrderLine Line(ShopifyLine line)
    {
        if (!Sku.TryParse(line.Sku?.Trim(), out var theirs))
        {
            throw new FormatException($"Its line '{line.Name}' has no SKU, so that nobody can say which article it is. Give the variant one in Shopify.");
        }

        var sku = references.KeysOf(CrossReferences.Items, theirs.Text) switch
        {
            [] => theirs,
            [var ours] => Sku.Parse(ours),
            var several => throw new FormatException(
                $"Its SKU '{theirs}' is that of several articles ({string.Join(", ", several)}) in the table 'items' of {references.Connector}: leave one row of them."),
        };
        return new OrderLine(sku, line.Name, line.CurrentQuantity, line.DiscountedUnitPriceAfterAllDiscountsSet.ShopMoney.ToMoney())
        {
            Id = line.Id,
            TaxCode = line.TaxLines is [var tax, ..] ? tax.Title : null,
        };
    }

    private static Contact BuyerOf(ShopifyOrder order)
    {
        var number = ShopifyId.NumberOf("Order", order.Id);
        // Without an address of its own each order is another buyer: an ERP would make one customer of all that have none.
        var email = string.IsNullOrWhiteSpace(order.Email) ? $"order-{number}@no-email.invalid" : order.Email.Trim();
        return new Contact(email, order.ShippingAddress?.Name ?? email, order.Customer is { } customer ? ShopifyId.NumberOf("Customer", customer.Id) : null);
    }

    private static Address AddressOf(ShopifyOrder order) => order.ShippingAddress switch
    {
        null => throw new FormatException("It has no address that it goes to. May the app read protected customer data?"),
        { CountryCodeV2: not { Length: 2 } } => throw new FormatException("Its address has no country."),
        { Address1: null or "" } => throw new FormatException("Its address has no street."),
        var to => new Address(to.Name ?? to.Company ?? "", to.Address1, to.City ?? "", to.Zip ?? "", to.CountryCodeV2)
        {
            Region = to.ProvinceCode,
            Company = to.Company,
            Street2 = to.Address2,
            Phone = to.Phone,
        },
    };

    /// <summary>The first payment: one that comes later, for a piece that was added, makes no old order a new one.</summary>
    private DateTimeOffset? PaidAt(ShopifyOrder order) => order.Transactions.IsDefaultOrEmpty
        ? null
        : order.Transactions
            .Where(payment => payment is { Status: "SUCCESS", Kind: "SALE" or "CAPTURE" } || (options.TakeAuthorized && payment is { Status: "SUCCESS", Kind: "AUTHORIZATION" }))
            .Min(payment => payment.ProcessedAt)?.ToUniversalTime();
}
