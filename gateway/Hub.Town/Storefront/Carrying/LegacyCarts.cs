using System.Net;
using System.Net.Http.Json;
using Hub.Town.Services.Cart;

namespace Hub.Town.Storefront.Carrying;

/// <summary>Legacy's carts, over its API for partners. Both verbs are done once for an id.</summary>
internal sealed class LegacyCarts : IDisposable
{
    private readonly HttpClient _http;

    public LegacyCarts(Uri legacy)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = legacy, Timeout = TimeSpan.FromSeconds(5) };
        _http.DefaultRequestHeaders.Add("X-Partner-Key", "town-partner");
    }

    /// <summary>Whether the session's key is one that legacy still has.</summary>
    public async Task<bool> Knows(string session, CancellationToken cancellation)
    {
        using var request = Request(HttpMethod.Get, new CarryEnd("legacy", "", null), session);
        using var answer = await _http.SendAsync(request, cancellation);
        return answer.StatusCode != HttpStatusCode.NotFound && answer.EnsureSuccessStatusCode().IsSuccessStatusCode;
    }

    /// <summary>Takes all lines out; the same id again gives what the first one took.</summary>
    public async Task<IReadOnlyList<CartLine>> Take(CarryEnd end, string? session, string id, CancellationToken cancellation)
    {
        if (end.Account is null && session is null)
        {
            return [];
        }

        using var request = Request(HttpMethod.Delete, end, session, id);
        using var answer = await _http.SendAsync(request, cancellation);
        return answer.StatusCode == HttpStatusCode.NotFound
            ? []
            : (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<CartItem>(cancellation))!.Lines;
    }

    /// <summary>Puts lines to those that are there; for a customer without account and session legacy makes one.</summary>
    /// <returns>Its cookies.</returns>
    public async Task<IReadOnlyList<string>> Merge(
        CarryEnd end, string? session, MergeLines lines, CancellationToken cancellation)
    {
        using var request = Request(HttpMethod.Put, end, session, lines.Id);
        request.Content = JsonContent.Create(new { lines = lines.Lines });
        using var answer = await _http.SendAsync(request, cancellation);
        return answer.EnsureSuccessStatusCode().Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [];
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, CarryEnd end, string? session, string? id = null)
    {
        var owner = end.Account is { } account ? Uri.EscapeDataString(account) : "session";
        var request = new HttpRequestMessage(method, new Uri($"partner/carts/{owner}", UriKind.Relative));
        if (id is not null)
        {
            request.Headers.Add("Idempotency-Key", id);
        }

        if (session is not null)
        {
            request.Headers.Add("Cookie", $"{Shopper.LegacySession}={session}");
        }

        return request;
    }
}
