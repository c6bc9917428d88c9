namespace Hub.Connectors.Webhooks;

/// <summary>The scheme of standardwebhooks.com: headers <c>webhook-id</c>, <c>-timestamp</c> and <c>-signature</c>, HMAC-SHA256 over id, time and raw body.</summary>
public static class StandardWebhook
{
    private const string Prefix = "whsec_";

    /// <summary>What is wrong with the post, or null where it is from the vendor. The event's id is the header <c>webhook-id</c>.</summary>
    /// <param name="secret">As the vendor shows it, with or without <c>whsec_</c>.</param>
    public static WebhookOutcome.Refused? Check(WebhookRequest request, string secret, TimeSpan window)
    {
        var key = new byte[secret.Length];
        var text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        if (!Convert.TryFromBase64String(text, key, out var length) || length == 0)
        {
            return new WebhookOutcome.Refused(500, "The webhook's secret in the config is empty or no base64; it is written whsec_….");
        }

        var (id, time) = (request.Header("webhook-id"), request.Header("webhook-timestamp"));
        if (!WebhookSignature.IsFresh(time, request.At, window))
        {
            return new WebhookOutcome.Refused(400, "Its time is missing, too old or not come yet.");
        }

        // While the vendor's secret is changed there are several.
        foreach (var signature in request.Header("webhook-signature").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Chunk(2))
        {
            if (signature is ["v1", var given] && WebhookSignature.IsHmacSha256(
                given, key.AsSpan(0, length), WebhookSignature.Bytes($"{id}.{time}."), request.Body))
            {
                return null;
            }
        }

        return new WebhookOutcome.Refused(401, "The signature is wrong.");
    }
}
