using System.Net.Http.Headers;
using Hub.Placement.Config;

namespace Hub.Control.Notifications;

/// <summary>
/// Sends one notification, once: <see cref="Notify"/> tries again. The address is a secret: neither it nor what an
/// exception says of it goes into a log or into <c>hub status</c>.
/// </summary>
internal sealed class SendNotification(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // No factory's client: that would log each address, and Slack's is a password.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 64 * 1024 };

    /// <summary>Null where it was taken, else why not, without the address.</summary>
    public async Task<string?> TryAsync(NotificationConfig config, Notification notification, CancellationToken cancellationToken)
    {
        try
        {
            if (!Uri.TryCreate(config.Url.Reveal(), UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            {
                return "its Url is no http or https address";
            }

            var body = NotificationBody.Of(config.Format, notification);
            var signature = config.Format == NotificationFormat.Webhook && !config.Key.IsEmpty ? NotificationBody.Sign(body, config.Key.Reveal()) : null;
            using var timer = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            return await PostAsync(url, body, signature, either.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return e is InvalidOperationException ? e.Message : $"no answer ({e.GetType().Name})";
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string?> PostAsync(Uri url, byte[] body, string? signature, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation(NotificationBody.Signature, signature);
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
    }
}
