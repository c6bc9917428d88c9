using System.Security.Cryptography;
using System.Text;
using Hub.Adapters.Connectors;
using Hub.Connectors.Webhooks;
using Hub.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Webhooks;

/// <summary>
/// <c>POST /webhooks/{connector}</c>: what a vendor posts. Nobody's token is asked for: the vendor's signature over the raw bytes is the guard, and all that a
/// post can do is to have something polled earlier (docs/operate/webhooks.md).
/// </summary>
/// <remarks>
/// 1. A connector that the config has, within its rate. 2. The raw body, bounded. 3. The connector reads it. 4. Events that were heard of before are
/// passed over. 5. Pollers are woken; the answer does not wait for them.
/// </remarks>
internal sealed partial class ReceiveWebhook(
    ConnectorSet connectors, IEventStore events, Hints hints, WebhookRates rates, WebhookOptions options, TimeProvider time, ILogger<ReceiveWebhook> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost(
        "/webhooks/{connector}", (string connector, HttpContext http, ReceiveWebhook receive) => receive.HandleAsync(connector, http));

    private async Task<IResult> HandleAsync(string name, HttpContext http)
    {
        if (connectors.Find(name) is not { } connector || connector.Find<IWebhook>() is not { } webhook)
        {
            return Results.StatusCode(StatusCodes.Status404NotFound);
        }

        if (!rates.TryTake(connector.Config.Name))
        {
            http.Response.Headers.RetryAfter = "10";
            return Results.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, http.RequestAborted);
        var late = StatusCodes.Status408RequestTimeout;
        try
        {
            if (await ReadAsync(http, either.Token) is not { } body)
            {
                return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
            }

            late = StatusCodes.Status503ServiceUnavailable;
            return await AnswerAsync(connector.Config.Name, await webhook.ReadAsync(Request(http, body), either.Token), either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // The vendor posts again; who sends a byte a second is held up no more.
            return Results.StatusCode(late);
        }
        catch (BadHttpRequestException e)
        {
            // Kestrel's own word for a body that is too slow, or broken: no error of the hub.
            return Results.StatusCode(e.StatusCode);
        }
    }

    private async Task<IResult> AnswerAsync(string name, WebhookOutcome outcome, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case WebhookOutcome.Challenge challenge:
                return Results.Text(challenge.Body, challenge.ContentType);
            case WebhookOutcome.Refused refused:
                LogRefused(logger, name, refused.Status, refused.Reason);
                return Results.StatusCode(refused.Status);
            default:
                var taken = (WebhookOutcome.Taken)outcome;
                await TellAsync(name, taken, cancellationToken);
                return Results.StatusCode(taken.Status);
        }
    }

    private async Task TellAsync(string name, WebhookOutcome.Taken taken, CancellationToken cancellationToken)
    {
        var ids = taken.Hints.Where(hint => hint.EventId is not null).ToLookup(hint => Id(hint.EventId!), hint => hint.Topic);
        var unheard = ids.Count == 0 ? [] : await events.NoteEventsAsync($"webhook {name.ToLowerInvariant()}", [.. ids.Select(id => id.Key)], options.Remembered, cancellationToken);
        foreach (var topic in unheard.SelectMany(id => ids[id]).Concat(taken.Hints.Where(hint => hint.EventId is null).Select(hint => hint.Topic)).Distinct())
        {
            hints.Tell(name, topic);
        }
    }

    /// <summary>The bytes as they came; null where they are too many.</summary>
    private async Task<byte[]?> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        if (http.Request.ContentLength > options.MostBytes)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (body.Length + read > options.MostBytes)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private WebhookRequest Request(HttpContext http, byte[] body)
    {
        // As it was sent: routing has decoded the path, and signatures are made over the escaped one.
        var raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var target = raw.StartsWith('/') ? raw : http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
        var host = options.Public?.GetLeftPart(UriPartial.Authority) ?? $"{http.Request.Scheme}://{http.Request.Host}";
        return new WebhookRequest(
            http.Request.Method, new Uri(host + target),
            WebhookRequest.HeadersOf(http.Request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))), body, time.GetUtcNow());
    }

    // Of an overlong id its hash: a row of the store is small.
    private static string Id(string id) => id.Length <= 100 ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    [LoggerMessage(LogLevel.Warning, "A webhook for {Connector} was refused with {Status}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string connector, int status, string reason);
}
