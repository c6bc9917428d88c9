using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Commerce;

namespace Hub.Connectors.Shopify.Orders;

/// <summary>The shop's own books: each order that the hub has to know, by when it was placed, and whether the buyer was told of a parcel.</summary>
internal sealed class ListShopifyOrders(ShopifyCalls calls, ShopifyOptions options) : IMarketBook
{
    private const int PageSize = 50;

    private const string Fields =
        "id name processedAt cancelledAt test displayFinancialStatus displayFulfillmentStatus currentTotalPriceSet { shopMoney { amount currencyCode } }";

    private const string Day = $$"""
        query HubBook($first: Int!, $after: String, $query: String!) {
          orders(first: $first, after: $after, query: $query, sortKey: PROCESSED_AT) { pageInfo { hasNextPage endCursor } nodes { {{Fields}} } }
        }
        """;

    private const string One = $$"""
        query HubBookEntry($id: ID!) { order(id: $id) { {{Fields}} } }
        """;

    public string Channel => options.Channel;

    public Task<CallOutcome<BookPage>> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancellationToken) => calls.AskAsync(
        new ShopifyQuery(
            Day,
            new JsonObject
            {
                ["first"] = PageSize,
                ["after"] = page,
                ["query"] = string.Create(
                    CultureInfo.InvariantCulture,
                    $"processed_at:>='{from.UtcDateTime:yyyy-MM-ddTHH:mm:ss}Z' AND processed_at:<'{until.UtcDateTime:yyyy-MM-ddTHH:mm:ss}Z'"),
            },
            Cost: 2 + (PageSize * 3)),
        data =>
        {
            var orders = ShopifyJson.Read<ShopifyList<ShopifyBookOrder>>(data.GetProperty("orders"));
            return new CallOutcome<BookPage>.Done(new BookPage([.. orders.All.SelectMany(Entry).Where(entry => entry.At >= from && entry.At < until)], orders.Next));
        },
        cancellationToken);

    public Task<CallOutcome<ImmutableArray<BookEntry>>> FindAsync(string reference, CancellationToken cancellationToken) =>
        OrderKey.Parse(reference).Id is var number && number.All(char.IsAsciiDigit)
            ? calls.AskAsync(
                new ShopifyQuery(One, new JsonObject { ["id"] = ShopifyId.Of("Order", number) }, Cost: 3),
                data => new CallOutcome<ImmutableArray<BookEntry>>.Done(data.GetProperty("order") is { ValueKind: JsonValueKind.Object } order
                    ? [.. Entry(ShopifyJson.Read<ShopifyBookOrder>(order))]
                    : []),
                cancellationToken)
            : Task.FromResult<CallOutcome<ImmutableArray<BookEntry>>>(new CallOutcome<ImmutableArray<BookEntry>>.Done([]));

    /// <summary>Nothing for an order that is none yet: a test, or not paid.</summary>
    private IEnumerable<BookEntry> Entry(ShopifyBookOrder order) =>
        order.Test || order.DisplayFinancialStatus is "PENDING" or "PARTIALLY_PAID" or "EXPIRED" || (order.DisplayFinancialStatus is "AUTHORIZED" && !options.TakeAuthorized)
            ? []
            : [
                new BookEntry(
                    $"{options.Channel}/{ShopifyId.NumberOf("Order", order.Id)}", order.Name, order.ProcessedAt.ToUniversalTime(), order.CurrentTotalPriceSet.ShopMoney.ToMoney())
                {
                    Void = order.CancelledAt is not null || order.DisplayFinancialStatus is "REFUNDED" or "VOIDED",
                    Shipped = order.DisplayFulfillmentStatus is "FULFILLED" or "PARTIALLY_FULFILLED",
                },
            ];

    private sealed record ShopifyBookOrder(
        string Id,
        string Name,
        DateTimeOffset ProcessedAt,
        DateTimeOffset? CancelledAt,
        bool Test,
        string? DisplayFinancialStatus,
        string DisplayFulfillmentStatus,
        ShopifyMoneyBag CurrentTotalPriceSet);
}
