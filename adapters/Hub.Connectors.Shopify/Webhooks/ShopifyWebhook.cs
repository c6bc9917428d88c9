using System.Collections.Immutable;
using System.Text.Json;
using Hub.Connectors.Webhooks;

namespace Hub.Connectors.Shopify.Webhooks;

/// <summary>
/// Reads what Shopify posts. The signature is over the body alone: topic, event and time stand in headers that anybody could change, so they are
/// good for no more than a hint, and no time is held against now. A retry brings the event's first body; what is true is polled.
/// </summary>
internal sealed class ShopifyWebhook(ShopifyOptions options) : IWebhook
{
    public Task<WebhookOutcome> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) => Task.FromResult(Read(request));

    private WebhookOutcome Read(WebhookRequest request)
    {
        if (options.ClientSecret.IsEmpty)
        {
            return new WebhookOutcome.Refused(404, "No 'ClientSecret' is configured.");
        }

        if (!WebhookSignature.IsHmacSha256(
            request.Header("X-Shopify-Hmac-SHA256"), WebhookSignature.Bytes(options.ClientSecret.Reveal()).Span, request.Body))
        {
            return new WebhookOutcome.Refused(401, "Its signature is missing or does not fit.");
        }

        if (TopicOf(request.Header("X-Shopify-Topic")) is not { } topic)
        {
            return new WebhookOutcome.Taken([]);
        }

        // An event that came over two subscriptions has one event id and two ids of the post.
        var id = request.Header("X-Shopify-Event-Id") is { Length: > 0 } once ? once : request.Header("X-Shopify-Webhook-Id");
        return new WebhookOutcome.Taken([new WebhookHint(topic, id.Length > 0 ? id : null, IdsOf(topic, request.Body))]);
    }

    private static WebhookTopic? TopicOf(string topic) => topic.Split('/')[0] switch
    {
        "orders" or "refunds" or "fulfillments" or "fulfillment_orders" or "order_transactions" => WebhookTopic.Orders,
        "inventory_levels" or "inventory_items" => WebhookTopic.Stock,
        "customers" => WebhookTopic.Contacts,
        _ => null,
    };

    private static ImmutableArray<string> IdsOf(WebhookTopic topic, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var event_ = JsonDocument.Parse(body);
            return topic == WebhookTopic.Orders && event_.RootElement is { ValueKind: JsonValueKind.Object } root
                && (root.TryGetProperty("order_id", out var id) || root.TryGetProperty("id", out id)) && id.ValueKind is JsonValueKind.Number or JsonValueKind.String
                ? [id.ToString()]
                : [];
        }
        catch (JsonException)
        {
            // Signed, and no JSON: Shopify may also send XML. All since the cursor is polled.
            return [];
        }
    }
}
