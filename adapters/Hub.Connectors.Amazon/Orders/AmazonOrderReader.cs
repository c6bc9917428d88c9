using System.Collections.Immutable;
using System.Globalization;
using Hub.Commerce;
using Hub.Connectors.References;

namespace Hub.Connectors.Amazon.Orders;

/// <summary>Makes an order of Amazon's.</summary>
internal sealed class AmazonOrderReader(AmazonOptions options, CrossReferences references)
{
    public const string Merchant = "MERCHANT";
    public const string Amazon = "AMAZON";

    /// <exception cref="FormatException">It is none that could be booked; the message says why.</exception>
    /// <exception cref="MissingReferenceException">Which article of ours is meant is not known.</exception>
    public Order Read(AmazonOrder order)
    {
        // Pieces that were cancelled are ordered 0 times.
        var items = order.OrderItems.Contains(null!) ? throw new FormatException("One of its items is null.") : order.OrderItems.Where(item => item.QuantityOrdered != 0);
        var lines = items.Select(Line).ToImmutableArray();
        var (buyer, shipTo) = order.Fulfillment?.FulfilledBy is Amazon ? ByAmazon(order) : ByUs(order);
        var read = new Order(
            OrderKey.Parse($"{options.Channel}/{order.OrderId}"), order.OrderId, order.CreatedTime.ToUniversalTime(), buyer, lines, Total(order, lines), shipTo)
        {
            Shipping = Shipping(order),
            ShipService = order.Fulfillment?.FulfillmentServiceLevel,
            PaymentMethod = order.Payment?.PaymentExecutions?.FirstOrDefault()?.PaymentMethod,
        };
        return read.Problems().ToList() is [_, ..] problems ? throw new FormatException(string.Join(' ', problems)) : read;
    }

    private OrderLine Line(AmazonItem item)
    {
        var listing = item.Product.SellerSku ?? throw new FormatException($"Item {item.OrderItemId} has no SKU.");
        var sku = references.KeysOf(CrossReferences.Items, listing) switch
        {
            [var one] => one,
            [] => throw new FormatException(
                $"{references.Connector} has no row whose value is '{listing}' in its table 'items'. Add the row: hub xref set {references.Connector} items SKU '{listing}', with our article's SKU; "
                + "the order is asked for again."),
            var several => throw new FormatException(
                $"'{listing}' is the listing of several articles in the table 'items' of {references.Connector}: {string.Join(", ", several)}. Let one of them have it."),
        };
        return new OrderLine(Sku.Parse(sku), item.Product.Title ?? listing, item.QuantityOrdered, UnitPrice(item)) { Id = item.OrderItemId };
    }

    /// <summary>What a piece cost the buyer. Discounts are told for the line; a piece's part may have four decimals then.</summary>
    private static Money UnitPrice(AmazonItem item)
    {
        var breakdowns = item.Proceeds?.Breakdowns ?? [];
        var price = item.Product.Price?.UnitPrice is { } unit ? Money(unit) : (Money?)null;
        var whole = price is { } known ? known with { Amount = known.Amount * item.QuantityOrdered } : Sum(breakdowns, "ITEM");
        if (whole is not { } gross)
        {
            throw new FormatException($"Item {item.OrderItemId} has no price: does the app have a role that shows prices?");
        }

        // A discount is less to pay, whichever sign it is written with.
        var discount = Math.Abs(Sum(breakdowns, "DISCOUNT")?.Amount ?? 0);
        return price is { } plain && discount == 0
            ? plain
            : new Money(Math.Round((gross.Amount - discount) / item.QuantityOrdered, 4, MidpointRounding.ToEven), gross.Currency);
    }

    private static Money Total(AmazonOrder order, ImmutableArray<OrderLine> lines) =>
        order.Proceeds?.GrandTotal is { } total ? Money(total)
        : lines is [var first, ..] ? new Money(lines.Sum(line => line.UnitPrice.Amount * line.Quantity) + (Shipping(order)?.Amount ?? 0), first.UnitPrice.Currency)
        : throw new FormatException("It has neither a total nor items.");

    private static Money? Shipping(AmazonOrder order) =>
        Sum(order.Proceeds?.Breakdowns ?? [], "SHIPPING") ?? Sum(order.OrderItems.SelectMany(item => item.Proceeds?.Breakdowns ?? []), "SHIPPING");

    private static Money? Sum(IEnumerable<AmazonBreakdown> breakdowns, string type)
    {
        var parts = breakdowns.Where(part => part?.Type == type).Select(part => Money(part.Subtotal)).ToList();
        return parts.Count == 0 ? null : new Money(parts.Sum(part => part.Amount), parts[0].Currency);
    }

    private static (Contact Buyer, Address ShipTo) ByUs(AmazonOrder order)
    {
        var address = order.Recipient?.DeliveryAddress;
        var name = First(address?.Name, order.Buyer?.BuyerName);
        var lines = Lines(address);
        return lines is [var street, .. var more] && address is { City: { Length: > 0 } city, CountryCode: { Length: 2 } country } && name is not null
            && order.Buyer?.BuyerEmail is { Length: > 0 } email
            ? (new Contact(email, First(order.Buyer.BuyerName, name)!),
                new Address(name, street, city, address.PostalCode ?? "", country)
                {
                    Region = First(address.StateOrRegion, address.DistrictOrCounty),
                    Company = First(address.CompanyName),
                    Street2 = more.Length > 0 ? string.Join(", ", more) : null,
                    Phone = First(address.Phone),
                })
            : throw new FormatException(
                "Amazon did not tell who bought it or where it goes. Give the app the role 'Direct-to-Consumer Delivery (Restricted)' in Seller Central and authorise it again; the order is asked for again.");
    }

    /// <summary>Of orders that Amazon ships it tells a region at most.</summary>
    private static (Contact Buyer, Address ShipTo) ByAmazon(AmazonOrder order)
    {
        var address = order.Recipient?.DeliveryAddress;
        var name = First(address?.Name, order.Buyer?.BuyerName) ?? "A customer of Amazon";
        return (
            // Of each order its own: contacts are told apart by it. No mail can go to such an address (RFC 2606).
            new Contact(First(order.Buyer?.BuyerEmail) ?? $"{order.OrderId}@amazon.invalid", name),
            new Address(name, Lines(address) is [var street, ..] ? street : "Shipped by Amazon", address?.City ?? "", address?.PostalCode ?? "", address?.CountryCode ?? "")
            {
                Region = First(address?.StateOrRegion),
            });
    }

    private static string[] Lines(AmazonAddress? address) =>
        [.. new[] { address?.AddressLine1, address?.AddressLine2, address?.AddressLine3 }.OfType<string>().Where(line => line.Trim().Length > 0)];

    private static string? First(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text?.Trim().Length > 0)
            {
                return text;
            }
        }

        return null;
    }

    private static Money Money(AmazonMoney money) => Commerce.Money.TryParse($"{money.Amount} {money.CurrencyCode}", out var read)
        ? read
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{money.Amount} {money.CurrencyCode}' is no amount of money."));
}
