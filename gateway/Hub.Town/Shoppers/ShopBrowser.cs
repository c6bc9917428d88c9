using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Hub.Town.Shoppers;

/// <summary>An answer of the shop.</summary>
/// <param name="Location">Where it sends the browser, as path and query; null where it sends it nowhere.</param>
/// <param name="Refresh">Where the page wants to be asked again, as path and query; null where it does not.</param>
internal sealed record ShopAnswer(int Status, string? Location, string? Refresh, string? Side, string Body)
{
    public IHtmlDocument Page => field ??= new HtmlParser().ParseDocument(Body);
}

/// <summary>
/// A browser with cookies of its own. Reads are asked again until the shop answers; what became of a write without an
/// answer is the caller's to find out.
/// </summary>
internal sealed class ShopBrowser : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ShopperOptions _options;
    private readonly HttpClient _client;
    private readonly List<string> _hiccups = [];
    private readonly List<string> _oddities = [];
    private readonly List<WalkStep> _steps = [];

    public ShopBrowser(ShopperOptions options, bool withCookies = true, string agent = "TownShopper/1.0")
    {
        _options = options;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = withCookies, AutomaticDecompression = DecompressionMethods.GZip };
        if (!options.Gateways.IsEmpty)
        {
            handler.ConnectCallback = (_, cancellationToken) => AnyGateway.ConnectAsync(options.Gateways, cancellationToken);
        }

        _client = new HttpClient(handler) { BaseAddress = options.Shop, Timeout = TimeSpan.FromSeconds(20) };
        _client.DefaultRequestHeaders.Add("User-Agent", agent);
    }

    public IReadOnlyList<string> Hiccups => _hiccups;

    public IReadOnlyList<string> Oddities => _oddities;

    public IReadOnlyList<WalkStep> Steps => _steps;

    /// <summary>A bearer token, once the app has one.</summary>
    public string? Token { get; set; }

    public void Record(string step, ShopAnswer answer) => _steps.Add(new WalkStep(step, answer.Status, answer.Side));

    /// <summary>Notes that an answer was no success, and why the step is done again.</summary>
    public void Stumble(string step, string why) => _hiccups.Add($"{step}: {why}");

    /// <summary>Records a write that a look-up found done, as the status it would have been answered with.</summary>
    public bool RecordIf(bool done, string step, int status, string? side = null)
    {
        if (done)
        {
            _steps.Add(new WalkStep(step, status, side));
        }

        return done;
    }

    public void Wonder(string oddity) => _oddities.Add(oddity);

    /// <summary>Reads, and reads again until there is an answer.</summary>
    /// <param name="record">Whether it is a step of the walk; a look-up is none.</param>
    /// <exception cref="WalkBrokenException">There was none within the shopper's patience.</exception>
    public async Task<ShopAnswer> GetAsync(string step, string path, CancellationToken cancellationToken, bool record = true)
    {
        var start = _options.Time.GetTimestamp();
        while (true)
        {
            if (await SendAsync(step, HttpMethod.Get, path, null, cancellationToken) is { } answer)
            {
                if (record)
                {
                    Record(step, answer);
                }

                return answer;
            }

            if (_options.Time.GetElapsedTime(start) > _options.Patience)
            {
                throw new WalkBrokenException($"{_hiccups[^1]}, for {_options.Patience.TotalSeconds:0} s");
            }

            await PauseAsync(cancellationToken);
        }
    }

    /// <summary>Writes, once. Null: nobody knows whether it happened.</summary>
    public async Task<ShopAnswer?> WriteAsync(
        string step, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(step, method, path, content, cancellationToken);
        if (answer is null)
        {
            await Task.Delay(_options.Settling, _options.Time, cancellationToken);
        }

        return answer;
    }

    public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(Pause, _options.Time, cancellationToken);

    /// <summary>Path and query of a link; one that leads to another host is odd (SAFETY.md, the boundary).</summary>
    public string PathOf(string link)
    {
        var address = new Uri(_options.Shop, link);
        if (address.Authority != _options.Shop.Authority)
        {
            Wonder($"a link leads to {address.Authority}");
        }

        return address.PathAndQuery;
    }

    public void Dispose() => _client.Dispose();

    private async Task<ShopAnswer?> SendAsync(
        string step, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            if (Token is not null)
            {
                request.Headers.Authorization = new("Bearer", Token);
            }

            using var response = await _client.SendAsync(request, cancellationToken);
            var status = (int)response.StatusCode;
            if (status is 502 or 503 or 504)
            {
                _hiccups.Add($"{step}: {status}");
                return null;
            }

            var side = response.Headers.TryGetValues("X-Town-Side", out var sides) ? sides.First() : null;
            var location = response.Headers.Location is { } link ? PathOf(link.OriginalString) : null;
            var answer = new ShopAnswer(status, location, null, side, await response.Content.ReadAsStringAsync(cancellationToken));
            return answer with { Refresh = RefreshOf(answer) };
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            _hiccups.Add($"{step}: {failure.GetBaseException().Message}");
            return null;
        }
    }

    // Parsed only where the words stand in the page at all.
    private string? RefreshOf(ShopAnswer answer) =>
        answer.Body.Contains("http-equiv=\"refresh\"", StringComparison.Ordinal)
        && answer.Page.QuerySelector("meta[http-equiv=refresh]")?.GetAttribute("content") is { } asks
            ? PathOf(asks.Split("url=")[^1])
            : null;
}

/// <summary>A walk can't go on; the message says at which step and why.</summary>
internal sealed class WalkBrokenException(string message) : Exception(message);
