using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Hub.Town.Shoppers;

namespace Hub.Acceptance;

/// <summary>What a request came back with.</summary>
/// <param name="Side">Who answered: <c>legacy</c> or <c>new</c>.</param>
/// <param name="RequestId">The hub's word for it, for <c>hub explain</c>.</param>
internal sealed record Seen(HttpStatusCode Status, string? Side, string RequestId, IDocument Page);

/// <summary>A browser on one device, with cookies of its own, led by a test's hand.</summary>
/// <param name="gateways">Where it goes, and where it connects to instead when that one refuses.</param>
internal sealed class Visitor(params ImmutableArray<Uri> gateways) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectCallback = (_, cancellationToken) => AnyGateway.ConnectAsync(gateways, cancellationToken),
    })
    {
        BaseAddress = gateways[0],
        Timeout = TimeSpan.FromMinutes(1),
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task<Seen> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Seen> PostAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        });

    public async Task AddAsync(int product, int quantity)
    {
        var answer = await PostAsync("cart/add", ("productId", Text(product)), ("quantity", Text(quantity)));
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
    }

    /// <summary>The cart's page: who answered it, and product → quantity.</summary>
    public async Task<(string? Side, ImmutableSortedDictionary<int, int> Lines)> CartAsync()
    {
        var cart = await GetAsync("cart");
        Assert.Equal(HttpStatusCode.OK, cart.Status);
        return (cart.Side, cart.Page.QuerySelectorAll("[data-line]").ToImmutableSortedDictionary(
            line => Number(line.GetAttribute("data-line")!), line => Number(line.GetAttribute("data-quantity")!)));
    }

    public async Task LogInAsync(int customer)
    {
        var form = (await GetAsync("login")).Page.QuerySelector("form.login")!;
        var hidden = form.QuerySelectorAll("input[type=hidden]").Select(input => (input.GetAttribute("name")!, input.GetAttribute("value") ?? ""));
        var answer = await PostAsync("login", [.. hidden, ("email", $"shopper{Text(customer)}@town.test"), ("password", "town")]);
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
    }

    public void Dispose() => _http.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private async Task<Seen> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await _http.SendAsync(request, Cancelled);
            return new Seen(
                answer.StatusCode,
                answer.Headers.TryGetValues("X-Town-Side", out var sides) ? sides.First() : null,
                answer.Headers.TryGetValues("Hub-Request-Id", out var ids) ? ids.First() : "",
                await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync(Cancelled), Cancelled));
        }
    }
}
