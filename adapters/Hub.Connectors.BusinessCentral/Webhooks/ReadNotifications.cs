using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Connectors.Webhooks;

namespace Hub.Connectors.BusinessCentral.Webhooks;

/// <summary>
/// Reads notifications. Business Central signs nothing; what we gave it as <c>clientState</c> comes back with each. It asks whether somebody is there when a
/// subscription is made and when it is renewed, and wants its <c>validationToken</c> back.
/// </summary>
internal sealed partial class ReadNotifications(BusinessCentralOptions options) : IWebhook
{
    public Task<WebhookOutcome> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) => Task.FromResult(Read(request));

    private WebhookOutcome Read(WebhookRequest request)
    {
        if (ValidationToken().Match(request.Url.Query) is { Success: true } asked)
        {
            return new WebhookOutcome.Challenge(Uri.UnescapeDataString(asked.Groups[1].Value));
        }

        try
        {
            using var body = JsonDocument.Parse(request.Body);
            var notifications = body.RootElement.GetProperty("value").EnumerateArray().ToArray();
            return notifications.All(IsOurs)
                ? new WebhookOutcome.Taken([.. notifications.SelectMany(Hint)])
                : new WebhookOutcome.Refused(401, "A notification does not carry our clientState.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return new WebhookOutcome.Refused(400, $"It is no list of notifications: {e.Message}");
        }
    }

    private bool IsOurs(JsonElement notification) =>
        !options.WebhookSecret.IsEmpty
        && notification.TryGetProperty("clientState", out var state) && state.GetString() is { } given
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(options.WebhookSecret.Reveal()));

    /// <summary>Both what lies there and what is ordered change what can be sold. Of a collection the address says more than we need: all is polled.</summary>
    private static IEnumerable<WebhookHint> Hint(JsonElement notification)
    {
        var resource = Text(notification, "resource");
        if (resource.Contains("/items", StringComparison.OrdinalIgnoreCase) || resource.Contains("/salesOrders", StringComparison.OrdinalIgnoreCase))
        {
            var id = string.Join('|', Text(notification, "subscriptionId"), Text(notification, "changeType"), resource, Text(notification, "lastModifiedDateTime"));
            yield return new WebhookHint(WebhookTopic.Stock, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id))[..16]));
        }
    }

    private static string Text(JsonElement notification, string name) => notification.TryGetProperty(name, out var value) ? value.ToString() : "";

    [GeneratedRegex("[?&]validationToken=([^&]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ValidationToken();
}
