using System.Globalization;
using System.Text.Json.Nodes;

namespace Hub.Connectors.Shopify.Orders;

/// <summary>What Shopify is asked about orders. Each object costs a point, so little is asked for.</summary>
internal static class ShopifyOrderQueries
{
    /// <summary>Lines that come with an order; of most orders that is all.</summary>
    private const int FirstLines = 10;

    /// <summary>Lines of a page of an order that has more.</summary>
    private const int MoreLines = 100;

    private const string Money = "{ shopMoney { amount currencyCode } }";

    /// <param name="page">The cursor that the page before gave; it fits the same <paramref name="since"/> only.</param>
    public static ShopifyQuery Page(ShopifyOptions options, DateTimeOffset since, string? page) => new(
        $$"""
        query HubOrders($first: Int!, $lines: Int!, $after: String, $query: String!) {
          orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
            pageInfo { hasNextPage endCursor }
            nodes {
              id name updatedAt processedAt cancelledAt test displayFinancialStatus displayFulfillmentStatus requiresShipping taxesIncluded email
              paymentGatewayNames
              customer { id }
              currentTotalPriceSet {{Money}}
              currentShippingPriceSet {{Money}}
              shippingLine { title }
              shippingAddress { name company address1 address2 city provinceCode zip countryCodeV2 phone }
              transactions(first: 5) { kind status processedAt }
              lineItems(first: $lines) { pageInfo { hasNextPage endCursor } nodes { {{Line(options)}} } }
            }
          }
        }
        """,
        new JsonObject
        {
            ["first"] = options.OrdersPerPage,
            ["lines"] = FirstLines,
            ["after"] = page,
            ["query"] = string.Create(CultureInfo.InvariantCulture, $"updated_at:>='{since.UtcDateTime:yyyy-MM-ddTHH:mm:ss}Z'"),
        },
        Cost: 2 + (options.OrdersPerPage * (17 + (FirstLines * 4))));

    /// <summary>Further lines of an order.</summary>
    public static ShopifyQuery Lines(ShopifyOptions options, string order, string after) => new(
        $$"""
        query HubOrderLines($id: ID!, $first: Int!, $after: String!) {
          order(id: $id) { lineItems(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { {{Line(options)}} } } }
        }
        """,
        new JsonObject { ["id"] = order, ["first"] = MoreLines, ["after"] = after },
        Cost: 4 + (MoreLines * 4));

    private static string Line(ShopifyOptions options) =>
        $"id sku name currentQuantity discountedUnitPriceAfterAllDiscountsSet {Money}{(options.TellTaxes ? " taxLines(first: 1) { title }" : "")}";
}
