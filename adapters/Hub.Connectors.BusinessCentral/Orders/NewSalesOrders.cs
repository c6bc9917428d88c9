using System.Collections.Immutable;
using System.Globalization;
using Hub.Commerce;
using Hub.Connectors.References;

namespace Hub.Connectors.BusinessCentral.Orders;

/// <summary>Writes an order as a sales order, and finds or makes its customer.</summary>
internal sealed class NewSalesOrders(IBusinessCentralApi api, BusinessCentralOptions options, CrossReferences references)
{
    /// <summary>Characters of <c>externalDocumentNumber</c>.</summary>
    private const int ReferenceLength = 35;

    /// <summary>Characters of a line's <c>description</c>.</summary>
    private const int DescriptionLength = 100;

    /// <summary>Why it can't be booked as it is, as a sentence; null where it can. An address is not cut: the parcel would go elsewhere.</summary>
    public string? Problem(Order order)
    {
        var to = order.ShipTo;
        (string What, string? Text, int Most)[] limits =
        [
            ("the order's key", order.Key.ToString(), ReferenceLength), ("the name", to.Name, 100), ("the street", to.Street, 100), ("the second line of the street", to.Street2, 50),
            ("the city", to.City, 30), ("the post code", to.Zip, 20), ("the region", to.Region, 30), ("the buyer's name", order.Buyer.Name, 100), ("the e-mail address", order.Buyer.Email, 80),
        ];
        return limits.FirstOrDefault(limit => limit.Text?.Length > limit.Most) is { What: not null } over
            ? $"Business Central takes {over.Most} characters, and {over.What} has {over.Text!.Length}: enter the order there by hand."
            : order.Shipping is { Amount: > 0 } cost && options.ShippingItem is null
                ? $"The order has shipping costs of {cost}: set ShippingItem of the connector to the number of the item that they are booked on."
                : null;
    }

    public async Task<NewSalesOrder> WriteAsync(Order order, CancellationToken cancellationToken)
    {
        // order matters: what a missing row refuses comes before the customer is made
        var lines = Lines(order);
        var payment = order.PaymentMethod is { } method ? references.Of(CrossReferences.Payments, method) : null;
        var customer = await CustomerAsync(order, cancellationToken);
        var to = order.ShipTo;
        return new NewSalesOrder(
            order.Key.ToString(), order.PlacedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), customer.Id, order.Total.Currency,
            to.Name, to.Street, to.Street2, to.City, to.Country, to.Region, to.Zip, payment, lines);
    }

    private ImmutableArray<NewSalesOrderLine> Lines(Order order)
    {
        var lines = order.Lines.Select(line => new NewSalesOrderLine(
            "Item", references.Of(CrossReferences.Items, line.Sku.Text), Cut(line.Name), line.Quantity, line.UnitPrice.Amount,
            line.TaxCode is { } tax ? references.Of(CrossReferences.Taxes, tax) : null));
        return order.Shipping is { Amount: > 0 } cost
            ? [.. lines, new NewSalesOrderLine("Item", options.ShippingItem!, order.ShipService is { } service ? Cut(service) : null, 1, cost.Amount, null)]
            : [.. lines];
    }

    /// <summary>Known by e-mail address; of several the one with the lowest number.</summary>
    private async Task<Customer> CustomerAsync(Order order, CancellationToken cancellationToken)
    {
        var company = options.Company!.Value;
        var email = order.Buyer.Email.Trim();
        var filter = string.Join(
            " or ", new[] { email, email.ToLowerInvariant() }.Distinct(StringComparer.Ordinal).Select(one => $"email eq {BusinessCentralQuery.Text(one)}"));
        var known = (await api.GetCustomersAsync(company, BusinessCentralQuery.Where(filter), cancellationToken)).Entries.ToArray();
        if (known.Length > 0)
        {
            return known.MinBy(customer => customer.Number, StringComparer.Ordinal)!;
        }

        var to = order.ShipTo;
        var phone = to.Phone is { Length: <= 30 } ? to.Phone : null;
        return await api.PostCustomerAsync(
            company, new NewCustomer(order.Buyer.Name, "Person", to.Street, to.Street2, to.City, to.Region, to.Country, to.Zip, phone, email), cancellationToken);
    }

    /// <summary>Cut between characters as people see them.</summary>
    private static string Cut(string text)
    {
        var end = 0;
        foreach (var length in StringInfo.ParseCombiningCharacters(text).Skip(1).Append(text.Length))
        {
            if (length > DescriptionLength)
            {
                break;
            }

            end = length;
        }

        return text[..end];
    }
}
