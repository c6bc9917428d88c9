using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Commerce;

namespace Hub.Connectors.Shopify.Orders;

/// <summary>
/// The shop's orders by the time at which they were changed. The cursor is a place in that order and no number, so one that is changed meanwhile moves to
/// the end and makes no other slip through.
/// </summary>
internal sealed class FetchShopifyOrders(ShopifyCalls calls, ReadShopifyOrder reader, ShopifyOptions options) : IOrderSource
{
    public string Channel => options.Channel;

    public TimeSpan PollEvery => options.PollEvery;

    public Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken) => calls
        .ReadAsync<ShopifyList<JsonElement>>(ShopifyOrderQueries.Page(options, since, page), "orders", cancellationToken)
        .ThenAsync(fetched => ReadAsync(fetched, cancellationToken));

    private async Task<CallOutcome<OrderPage>> ReadAsync(ShopifyList<JsonElement> fetched, CancellationToken cancellationToken)
    {
        if (fetched.Nodes.IsDefault || (fetched.PageInfo.HasNextPage && string.IsNullOrEmpty(fetched.PageInfo.EndCursor)))
        {
            return new CallOutcome<OrderPage>.Unknown("Shopify answered with a page that is none: it holds no orders, or not where the next begins.");
        }

        var orders = ImmutableArray.CreateBuilder<Order>();
        var cancelled = ImmutableArray.CreateBuilder<OrderKey>();
        var unreadable = ImmutableArray.CreateBuilder<UnreadableOrder>();
        foreach (var node in fetched.Nodes)
        {
            try
            {
                var order = ShopifyJson.Read<ShopifyOrder>(node);
                if (order is { CancelledAt: not null, Test: false })
                {
                    cancelled.Add(reader.KeyOf(order));
                }
                else if (reader.IsForUs(order))
                {
                    var lines = await LinesAsync(order, cancellationToken);
                    if (lines is not CallOutcome<ImmutableArray<JsonElement>>.Done { Value: var all })
                    {
                        return lines.As<ImmutableArray<JsonElement>, OrderPage>();
                    }

                    orders.AddRange(reader.Read(order, all));
                }
            }
            catch (Exception e) when (e is JsonException or FormatException or ArgumentException or OverflowException)
            {
                unreadable.Add(new UnreadableOrder(KeyOf(node), node.GetRawText(), e.Message));
            }
        }

        return new CallOutcome<OrderPage>.Done(new OrderPage(orders.ToImmutable(), fetched.Next)
        {
            Cancelled = cancelled.ToImmutable(),
            Unreadable = unreadable.ToImmutable(),
            Latest = fetched.Nodes.Max(ChangedAt),
        });
    }

    /// <summary>All lines of the order: further pages of them, where it has more than came with it.</summary>
    private async Task<CallOutcome<ImmutableArray<JsonElement>>> LinesAsync(ShopifyOrder order, CancellationToken cancellationToken)
    {
        var lines = order.LineItems.All.ToBuilder();
        for (var next = order.LineItems.Next; next is not null;)
        {
            var outcome = await calls.AskAsync(ShopifyOrderQueries.Lines(options, order.Id, next), ReadLines, cancellationToken);
            if (outcome is not CallOutcome<ShopifyList<JsonElement>>.Done { Value: var more })
            {
                return outcome.As<ShopifyList<JsonElement>, ImmutableArray<JsonElement>>();
            }

            lines.AddRange(more.All);
            next = more.Next == next ? throw new FormatException("Its pages of lines have no end.") : more.Next;
        }

        return new CallOutcome<ImmutableArray<JsonElement>>.Done(lines.ToImmutable());
    }

    private static CallOutcome<ShopifyList<JsonElement>> ReadLines(JsonElement data) => data.GetProperty("order") is { ValueKind: JsonValueKind.Object } order
        ? new CallOutcome<ShopifyList<JsonElement>>.Done(ShopifyJson.Read<ShopifyList<JsonElement>>(order.GetProperty("lineItems")))
        // Deleted this moment: the next poll does not have it any more.
        : new CallOutcome<ShopifyList<JsonElement>>.Unknown("Shopify gave an order and knows it no more when asked for its lines.");

    private OrderKey KeyOf(JsonElement node)
    {
        try
        {
            return reader.KeyOf(ShopifyJson.Read<ShopifyNode>(node));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return OrderKey.Parse($"{options.Channel}/unreadable-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node.GetRawText()))[..8])}");
        }
    }

    private static DateTimeOffset? ChangedAt(JsonElement node) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty("updatedAt", out var at) && at.ValueKind == JsonValueKind.String
        && at.TryGetDateTimeOffset(out var time) ? time.ToUniversalTime() : null;
}
