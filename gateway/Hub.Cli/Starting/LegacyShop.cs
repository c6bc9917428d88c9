using System.Net;
using System.Net.Sockets;

namespace Hub.Cli.Starting;

/// <summary>A real shop, as far as a look at its home tells.</summary>
/// <param name="Name">The name that customers type, with its port where it has one; null where the shop is known by an IP address only.</param>
/// <param name="Address">Where the gateway will reach it: never by <paramref name="Name"/>, which is to lead to the gateway.</param>
/// <param name="PublicUrl">Where customers reach it, now and later.</param>
/// <param name="Cookies">Its session cookies.</param>
/// <param name="Words">What the person should know.</param>
internal sealed record LegacyShop(
    string? Name, Uri Address, Uri PublicUrl, IReadOnlyList<string> Cookies, IReadOnlyList<string> Words)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<LegacyShop> LookAtAsync(Uri legacy, CancellationToken cancellationToken)
    {
        var words = new List<string>();
        var named = legacy.HostNameType == UriHostNameType.Dns && !legacy.IsLoopback;
        var address = named ? await ByAddressAsync(legacy, words, cancellationToken) : legacy;
        var cookies = await CookiesAsync(legacy, words, cancellationToken);
        return new LegacyShop(
            named ? legacy.Authority : null, address, named ? new Uri(legacy.GetLeftPart(UriPartial.Authority)) : new Uri("http://localhost:8080"),
            cookies, words);
    }

    private static async Task<Uri> ByAddressAsync(Uri legacy, List<string> words, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(legacy.Host, cancellationToken);
            return new UriBuilder(legacy) { Host = addresses.OrderBy(found => found.AddressFamily == AddressFamily.InterNetworkV6).First().ToString() }.Uri;
        }
        catch (SocketException e)
        {
            words.Add($"{legacy.Host} is not known to DNS here ({e.Message}): put the shop's IP address into Clusters.legacy yourself.");
            return legacy;
        }
    }

    private static async Task<IReadOnlyList<string>> CookiesAsync(Uri legacy, List<string> words, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(legacy, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var cookies = (response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
                .Where(cookie => !cookie.Contains("expires=", StringComparison.OrdinalIgnoreCase)
                    && cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase))
                .Select(cookie => cookie.Split('=')[0].Trim()).Distinct().ToList();
            words.Add(cookies.Count > 0
                ? $"its home sets {string.Join(", ", cookies)}: taken for session cookies, see Customer.Cookies."
                : "its home sets no session cookie: name yours in Customer.Cookies.");
            return cookies;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            words.Add($"{legacy} does not answer ({(e.InnerException ?? e).Message.TrimEnd('.')}): name its session cookies in Customer.Cookies yourself.");
            return [];
        }
    }
}
