using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hub.Connectors.Webhooks;

namespace Hub.Connectors.Xero.Webhooks;

/// <summary>
/// Reads what Xero posts: ids of what changed, under a signature over the body as it came. Xero counts its events: where the count has a gap, posts were
/// lost, and all is polled.
/// </summary>
internal sealed class ReadXeroWebhook(XeroOptions options, IConnectorStore store) : IWebhook
{
    /// <summary>Under this name the store has the number of the last event that came.</summary>
    private const string Kept = "webhook.sequence";

    public async Task<WebhookOutcome> ReadAsync(WebhookRequest request, CancellationToken cancellationToken)
    {
        if (options.WebhookKey.IsEmpty)
        {
            return new WebhookOutcome.Refused(404, "No 'WebhookKey' is configured.");
        }

        // Xero tries a wrong one on purpose when the webhook is set up, and wants 401.
        if (!WebhookSignature.IsHmacSha256(request.Header("x-xero-signature"), WebhookSignature.Bytes(options.WebhookKey.Reveal()).Span, request.Body))
        {
            return new WebhookOutcome.Refused(401, "Its signature is missing or does not fit.");
        }

        try
        {
            using var body = JsonDocument.Parse(request.Body);
            return await TakeAsync(body.RootElement, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return new WebhookOutcome.Refused(400, $"Its body is no list of events: {e.Message}");
        }
    }

    private async Task<WebhookOutcome> TakeAsync(JsonElement post, CancellationToken cancellationToken)
    {
        var events = post.GetProperty("events").EnumerateArray().ToArray();
        if (events.Length == 0)
        {
            // Xero asks whether somebody is there.
            return new WebhookOutcome.Taken([]);
        }

        var (first, last) = (post.GetProperty("firstEventSequence").GetInt64(), post.GetProperty("lastEventSequence").GetInt64());
        var hints = events.SelectMany((one, i) => Hint(one, first + i)).ToList();
        if (await IsGapAsync(first, cancellationToken))
        {
            hints.Add(new WebhookHint(WebhookTopic.Stock, null));
            hints.Add(new WebhookHint(WebhookTopic.Contacts, null));
        }

        // The one that came last, not the highest: a webhook that is set up anew counts from 1.
        await store.KeepAsync(Kept, last.ToString(CultureInfo.InvariantCulture), cancellationToken);
        return new WebhookOutcome.Taken([.. hints]);
    }

    private async Task<bool> IsGapAsync(long first, CancellationToken cancellationToken) =>
        long.TryParse(await store.GetAsync(Kept, cancellationToken), NumberStyles.None, CultureInfo.InvariantCulture, out var last) && first > last + 1;

    /// <summary>None for another organisation that the app is connected to. Invoices and credit notes move stock.</summary>
    private IEnumerable<WebhookHint> Hint(JsonElement one, long sequence)
    {
        WebhookTopic? topic = one.GetProperty("eventCategory").GetString() switch
        {
            "INVOICE" or "CREDITNOTE" => WebhookTopic.Stock,
            "CONTACT" => WebhookTopic.Contacts,
            _ => null,
        };
        if (topic is { } known && one.GetProperty("tenantId").GetString() is { } tenant && Guid.TryParse(tenant, out var id) && id == options.Tenant)
        {
            var resource = one.GetProperty("resourceId").GetString();
            // The number alone would do, were there not webhooks that are set up anew.
            var name = string.Create(CultureInfo.InvariantCulture, $"{sequence}:{resource}:{one.GetProperty("eventDateUtc").GetString()}");
            yield return new WebhookHint(known, name, known == WebhookTopic.Contacts && resource is not null ? [resource] : ImmutableArray<string>.Empty);
        }
    }
}
