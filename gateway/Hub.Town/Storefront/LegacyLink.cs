using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Storefront;

/// <summary>
/// Legacy's public pages, asked in the customer's name: with their cookies and under the shop's own host, from which legacy
/// makes its links.
/// </summary>
internal sealed class LegacyLink : IDisposable
{
    private readonly HttpClient _http;

    public LegacyLink(Uri legacy) => _http = new HttpClient(
        new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        BaseAddress = legacy,
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <param name="cookies">In place of the customer's own.</param>
    public async Task<HttpResponseMessage> Send(
        HttpContext customer, HttpMethod method, string path, HttpContent? content = null, string? cookies = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.Host = customer.Request.Host.Value;
        Copy("Cookie", cookies);
        Copy("Authorization", null);
        Copy("User-Agent", null);
        Copy("X-Forwarded-Proto", null);
        return await _http.SendAsync(request, customer.RequestAborted);

        void Copy(string header, string? instead)
        {
            var value = instead ?? customer.Request.Headers[header].ToString();
            if (value.Length > 0)
            {
                request.Headers.TryAddWithoutValidation(header, value);
            }
        }
    }

    /// <summary>Gives the customer what legacy answered: its status, cookies, redirect and body.</summary>
    public static async Task Relay(HttpResponseMessage answer, HttpContext customer)
    {
        customer.Response.StatusCode = (int)answer.StatusCode;
        RelayCookies(answer, customer);
        if (answer.Headers.Location is { } location)
        {
            customer.Response.Headers.Location = location.OriginalString;
        }

        if (answer.Content.Headers.ContentType is MediaTypeHeaderValue type)
        {
            customer.Response.ContentType = type.ToString();
        }

        await answer.Content.CopyToAsync(customer.Response.Body, customer.RequestAborted);
    }

    public static void RelayCookies(HttpResponseMessage answer, HttpContext customer)
    {
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            customer.Response.Headers.Append("Set-Cookie", cookies.ToArray());
        }
    }

    public void Dispose() => _http.Dispose();
}
