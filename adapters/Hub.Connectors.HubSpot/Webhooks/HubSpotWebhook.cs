using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Connectors.Webhooks;

namespace Hub.Connectors.HubSpot.Webhooks;

/// <summary>
/// Reads what HubSpot posts: a list of events under a signature of version 3, which is HMAC-SHA256 over method, address, body and time, in base64.
/// </summary>
internal sealed partial class HubSpotWebhook(HubSpotOptions options) : IWebhook
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    public Task<WebhookOutcome> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) => Task.FromResult(Read(request));

    private WebhookOutcome Read(WebhookRequest request)
    {
        if (options.WebhookSecret.IsEmpty)
        {
            return new WebhookOutcome.Refused(404, "No 'WebhookSecret' is configured.");
        }

        var time = request.Header("X-HubSpot-Request-Timestamp");
        if (!WebhookSignature.IsFresh(time, request.At, Fresh))
        {
            return new WebhookOutcome.Refused(401, $"Its time, '{time}', is missing or not within five minutes of now.");
        }

        if (!WebhookSignature.IsHmacSha256(
            request.Header("X-HubSpot-Signature-v3"), WebhookSignature.Bytes(options.WebhookSecret.Reveal()).Span,
            WebhookSignature.Bytes(request.Method + Plain(request.Url)), request.Body, WebhookSignature.Bytes(time)))
        {
            return new WebhookOutcome.Refused(401, "Its signature is missing or does not fit.");
        }

        try
        {
            using var events = JsonDocument.Parse(request.Body);
            return new WebhookOutcome.Taken([.. events.RootElement.EnumerateArray().Select(ToHint)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new WebhookOutcome.Refused(400, $"Its body is no list of events: {e.Message}");
        }
    }

    /// <summary>HubSpot leaves these unescaped in what it signs.</summary>
    private static string Plain(Uri url) => Escaped().Replace(url.AbsoluteUri, match => Uri.UnescapeDataString(match.Value));

    private static WebhookHint ToHint(JsonElement one) => new(
        WebhookTopic.Contacts,
        one.TryGetProperty("eventId", out var id) ? id.ToString() : null,
        one.TryGetProperty("objectId", out var contact) ? [contact.ToString()] : []);

    [GeneratedRegex("%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Escaped();
}
