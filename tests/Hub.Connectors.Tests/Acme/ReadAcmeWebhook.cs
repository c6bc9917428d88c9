using System.Text.Json;
using Hub.Connectors.Webhooks;

namespace Hub.Connectors.Tests.Acme;

internal sealed class ReadAcmeWebhook(ConnectorOptions options) : IWebhook
{
    public Task<WebhookOutcome> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) => Task.FromResult(Read(request));

    private WebhookOutcome Read(WebhookRequest request)
    {
        if (request.Method == "GET")
        {
            return new WebhookOutcome.Challenge(request.Url.Query.TrimStart('?'));
        }

        var time = request.Header("X-Acme-Time");
        if (!WebhookSignature.IsHmacSha256(
            request.Header("X-Acme-Signature"), WebhookSignature.Bytes(options.Token.Reveal()).Span, WebhookSignature.Bytes(time + "."), request.Body))
        {
            return new WebhookOutcome.Refused(401, "The signature is wrong.");
        }

        if (!WebhookSignature.IsFresh(time, request.At, TimeSpan.FromMinutes(5)))
        {
            return new WebhookOutcome.Refused(400, "It is too old.");
        }

        using var body = JsonDocument.Parse(request.Body);
        return new WebhookOutcome.Taken([new WebhookHint(WebhookTopic.Orders, body.RootElement.GetProperty("id").GetString())]);
    }
}
