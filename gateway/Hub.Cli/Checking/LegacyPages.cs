using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Hub.Cli.Checking;

/// <summary>Legacy's pages as a customer gets them who has no cookie and asks by the shop's public name.</summary>
/// <param name="legacy">Where legacy is reached, which customers must not learn.</param>
/// <param name="shop">The shop's public address.</param>
internal sealed class LegacyPages(HttpClient http, Uri legacy, Uri shop)
{
    private const int MostRedirects = 3;

    public Uri Legacy => legacy;

    public Uri Shop => shop;

    /// <summary>Whether a link leads to the shop.</summary>
    public bool IsOurs(Uri link) =>
        link.Scheme is "http" or "https" && (link.Authority == shop.Authority || link.Authority == legacy.Authority);

    /// <param name="address">Seen from the shop's public address.</param>
    /// <returns>Null where legacy does not answer; that it is not reached is told by <see cref="UpstreamCheck"/>.</returns>
    public async Task<HttpResponseMessage?> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(legacy.GetLeftPart(UriPartial.Path).TrimEnd('/') + address.PathAndQuery));
        request.Headers.Host = shop.Authority;
        if (shop.Scheme == Uri.UriSchemeHttps)
        {
            request.Headers.Add("X-Forwarded-Proto", "https");
        }

        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>An HTML page and the address at which it was found; null where there is none.</summary>
    public async Task<(Uri Address, IHtmlDocument Html)?> PageAsync(Uri address, CancellationToken cancellationToken)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var response = await GetAsync(address, cancellationToken);
            if (response?.Headers.Location is { } location && IsOurs(new Uri(address, location)))
            {
                address = new Uri(address, location);
                continue;
            }

            return response is { IsSuccessStatusCode: true, Content.Headers.ContentType.MediaType: "text/html" }
                ? (address, new HtmlParser().ParseDocument(await response.Content.ReadAsStringAsync(cancellationToken)))
                : null;
        }

        return null;
    }
}
