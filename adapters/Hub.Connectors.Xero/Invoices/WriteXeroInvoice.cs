using System.Collections.Immutable;
using System.Globalization;
using Hub.Commerce;
using Hub.Connectors.References;

namespace Hub.Connectors.Xero.Invoices;

/// <summary>Writes an order as an approved sales invoice.</summary>
internal sealed class WriteXeroInvoice(XeroOptions options, CrossReferences references)
{
    private const int ItemLength = 30;

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);

    /// <summary>Why it can't be booked as it is, as a sentence; null where it can.</summary>
    public string? Problem(Order order) => Sign(order) ?? Decimals(order) ?? Shipping(order) ?? Sum(order);

    /// <exception cref="MissingReferenceException">A row is missing.</exception>
    public ImmutableArray<NewXeroLine> Lines(Order order)
    {
        var lines = order.Lines.Select(line => new NewXeroLine(
            line.Name.Length > 0 ? line.Name : line.Sku.Text, line.Quantity, line.UnitPrice.Amount,
            references.Of(CrossReferences.Items, line.Sku.Text), options.SalesAccount,
            line.TaxCode is { } tax ? references.Of(CrossReferences.Taxes, tax) : null));
        return order.Shipping is { Amount: > 0 } cost
            ? [.. lines, new NewXeroLine(order.ShipService ?? "Shipping", 1, cost.Amount, options.ShippingItem!, null, null)]
            : [.. lines];
    }

    /// <summary>Xero's item codes are short.</summary>
    public static string? TooLong(ImmutableArray<NewXeroLine> lines) => lines.FirstOrDefault(line => line.ItemCode.Length > ItemLength) is { } over
        ? $"Xero's item codes have {ItemLength} characters, and '{over.ItemCode}' has {over.ItemCode.Length}: add a row to the table items."
        : null;

    /// <summary>Due on the day on which it was bought: it is paid.</summary>
    public NewXeroInvoices Write(Order order, Guid contact, ImmutableArray<NewXeroLine> lines)
    {
        var key = order.Key.ToString();
        var day = TimeZoneInfo.ConvertTime(order.PlacedAt, _zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new NewXeroInvoices([new NewXeroInvoice(
            "ACCREC", new XeroContactId(contact), lines, day, day, $"{options.LineAmounts}", options.NumberByOrder ? key : null, key, order.Total.Currency, "AUTHORISED")]);
    }

    private static string? Sign(Order order) => new[] { ("key", order.Key.ToString()), ("e-mail address", order.Buyer.Email) }
        .Where(text => !XeroFilter.Takes(text.Item2))
        .Select(text => $"The order's {text.Item1} has a quote or a backslash in it, by which Xero can't be asked: enter the order there by hand.").FirstOrDefault();

    /// <summary>Xero rounds; what it would round is another amount.</summary>
    private static string? Decimals(Order order) => (order.Shipping is { } cost ? new[] { order.Total, cost } : [order.Total])
        .Where(money => decimal.Round(money.Amount, 2) != money.Amount).Select(money => $"Xero keeps two decimals, and {money} has more: enter the order there by hand.")
        .Concat(order.Lines.Where(line => decimal.Round(line.UnitPrice.Amount, 4) != line.UnitPrice.Amount)
            .Select(line => $"Xero keeps four decimals of a price, and that of {line.Sku}, {line.UnitPrice}, has more: enter the order there by hand."))
        .FirstOrDefault();

    private string? Shipping(Order order) => order.Shipping is { Amount: > 0 } cost && options.ShippingItem is null
        ? $"The order has shipping costs of {cost}: set ShippingItem of the connector to the code of the item that they are booked on."
        : null;

    /// <summary>Where no tax comes on top, what Xero will make of it is known beforehand.</summary>
    private string? Sum(Order order)
    {
        var sum = order.Lines.Sum(line => decimal.Round(line.Quantity * line.UnitPrice.Amount, 2, MidpointRounding.AwayFromZero)) + Math.Max(0, order.Shipping?.Amount ?? 0);
        return options.LineAmounts != XeroLineAmounts.Exclusive && Math.Abs(sum - order.Total.Amount) > options.TotalTolerance
            ? string.Create(CultureInfo.InvariantCulture, $"The order's lines and shipping sum up to {sum} and its total is {order.Total}: a discount has to be a line of its own.")
            : null;
    }
}
