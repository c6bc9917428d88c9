using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Hub.Town.Tests.Storefront;

/// <summary>What a request came back with.</summary>
internal sealed record Seen(HttpStatusCode Status, string? Location, IDocument Page)
{
    public IElement? Find(string selector) => Page.QuerySelector(selector);

    /// <summary>Every fact that a page tells in its <c>data-</c> attributes, in order.</summary>
    public IEnumerable<string> Facts() =>
        from element in Page.QuerySelectorAll("main, main *")
        from attribute in element.Attributes
        where attribute.Name.StartsWith("data-", StringComparison.Ordinal)
        select $"{attribute.Name}={attribute.Value}";
}

/// <summary>A browser with cookies that follows no redirect, so that the test sees each.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _http;

    public Browser(Uri side, Dictionary<string, string?> headers)
    {
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = side };
        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            _http.DefaultRequestHeaders.Add(name, value);
        }
    }

    public CookieContainer Cookies { get; } = new();

    public HttpClient Http => _http;

    public Task<Seen> Get(string path) => Send(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Posts a form as it stands on the page, with what the customer typed into it.</summary>
    public Task<Seen> Submit(Seen from, string form, params (string Name, string Value)[] typed)
    {
        var fields = from.Page.QuerySelectorAll($"{form} input[name]")
            .ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? "");
        foreach (var (name, value) in typed)
        {
            fields[name] = value;
        }

        return Post(new Uri(from.Find(form)!.GetAttribute("action")!).PathAndQuery, fields);
    }

    public Task<Seen> Post(string path, Dictionary<string, string> fields) =>
        Send(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) });

    public async Task<Seen> Send(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
            var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var location = answer.Headers.Location;
            return new Seen(
                answer.StatusCode,
                location is null ? null : location.IsAbsoluteUri ? location.PathAndQuery : "relative: " + location,
                await new HtmlParser().ParseDocumentAsync(html, TestContext.Current.CancellationToken));
        }
    }

    public void Dispose() => _http.Dispose();
}
