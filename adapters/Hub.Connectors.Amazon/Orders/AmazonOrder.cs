using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.Connectors.Amazon.Orders;

/// <param name="Orders">Each an <see cref="AmazonOrder"/>, read one by one: a broken one is no reason to lose its page.</param>
internal sealed record AmazonOrderPage(ImmutableArray<JsonElement> Orders, AmazonPagination? Pagination = null);

internal sealed record AmazonPagination(string? NextToken = null);

/// <summary>An order of operation searchOrders, as far as it is read.</summary>
internal sealed record AmazonOrder(
    string OrderId, DateTimeOffset CreatedTime, DateTimeOffset LastUpdatedTime, ImmutableArray<AmazonItem> OrderItems)
{
    public AmazonBuyer? Buyer { get; init; }

    public AmazonRecipient? Recipient { get; init; }

    public AmazonProceeds? Proceeds { get; init; }

    public AmazonPayment? Payment { get; init; }

    public AmazonFulfillment? Fulfillment { get; init; }
}

internal sealed record AmazonBuyer(string? BuyerName = null, string? BuyerEmail = null);

internal sealed record AmazonRecipient(AmazonAddress? DeliveryAddress = null);

internal sealed record AmazonAddress
{
    public string? Name { get; init; }

    public string? CompanyName { get; init; }

    public string? AddressLine1 { get; init; }

    public string? AddressLine2 { get; init; }

    public string? AddressLine3 { get; init; }

    public string? City { get; init; }

    public string? DistrictOrCounty { get; init; }

    public string? StateOrRegion { get; init; }

    public string? PostalCode { get; init; }

    public string? CountryCode { get; init; }

    public string? Phone { get; init; }
}

internal sealed record AmazonProceeds
{
    public AmazonMoney? GrandTotal { get; init; }

    public ImmutableArray<AmazonBreakdown>? Breakdowns { get; init; }
}

/// <param name="Type"><c>ITEM</c>, <c>SHIPPING</c>, <c>TAX</c>, <c>DISCOUNT</c> …</param>
internal sealed record AmazonBreakdown(string Type, AmazonMoney Subtotal);

/// <param name="Amount">A number written as a text.</param>
internal sealed record AmazonMoney(string Amount, string CurrencyCode);

internal sealed record AmazonPayment(ImmutableArray<AmazonPaid>? PaymentExecutions = null);

internal sealed record AmazonPaid(string? PaymentMethod = null);

internal sealed record AmazonFulfillment(string FulfillmentStatus)
{
    public string? FulfilledBy { get; init; }

    public string? FulfillmentServiceLevel { get; init; }
}

internal sealed record AmazonItem(string OrderItemId, int QuantityOrdered, AmazonProduct Product)
{
    public AmazonItemProceeds? Proceeds { get; init; }
}

internal sealed record AmazonProduct
{
    public string? SellerSku { get; init; }

    public string? Title { get; init; }

    public AmazonPrice? Price { get; init; }
}

internal sealed record AmazonPrice(AmazonMoney? UnitPrice = null);

internal sealed record AmazonItemProceeds(ImmutableArray<AmazonBreakdown>? Breakdowns = null);
