using System.Text;
using Hub.Placement.Config;

namespace Hub.Control.Caches;

/// <summary>Tells one cache to forget a group's answers, as the file says.</summary>
internal sealed class PurgeCall(TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <returns>What is wrong, without any secret in it; null where the cache said 2xx.</returns>
    public async Task<string?> SendAsync(PurgeConfig purge, string keyHeader, string key, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(purge.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = Request(purge, keyHeader, key);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode ? null : $"it answered {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or FormatException)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {purge.Timeout.TotalSeconds:0.#} s";
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(PurgeConfig purge, string keyHeader, string key)
    {
        var request = new HttpRequestMessage(new HttpMethod(purge.Method), Fill(purge.Url!));
        foreach (var (name, value) in purge.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, Fill(value));
        }

        foreach (var (name, secret) in purge.Secrets)
        {
            request.Headers.TryAddWithoutValidation(name, secret.Reveal());
        }

        if (purge.Body is { } body)
        {
            request.Content = new StringContent(Fill(body), Encoding.UTF8, "application/json");
        }

        if (!purge.Headers.Values.Append(purge.Url!).Append(purge.Body ?? "").Any(text => text.Contains("{key}", StringComparison.Ordinal)))
        {
            request.Headers.TryAddWithoutValidation(keyHeader, key);
        }

        return request;

        string Fill(string text) => text.Replace("{key}", key, StringComparison.Ordinal);
    }
}
