using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Cli.Checking.Through;

/// <summary>Sends the probes of one check: 26, on ten connections, from one source address.</summary>
internal static class ProbeSender
{
    /// <summary>Addresses that are nobody's (RFC 5737), a name that is nobody's (RFC 2606).</summary>
    public const string ForgedAddress = "203.0.113.77", ForgedHost = "forged.invalid";

    private const int Connections = 4, Each = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What this machine is called by those it connects to, unless something between translates addresses.</summary>
    public static ImmutableHashSet<IPAddress> OwnAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address is { AddressFamily: AddressFamily.InterNetworkV6 } six ? new IPAddress(six.GetAddressBytes()) : unicast.Address),
    ];

    /// <summary>Ends early where the first one reaches nothing.</summary>
    public static async Task<ImmutableArray<Passage>> SendAsync(Uri shop, string token, CancellationToken cancellationToken)
    {
        var passages = ImmutableArray.CreateBuilder<Passage>();
        var cookies = new CookieContainer();
        foreach (var kind in new[] { PassageKind.Plain, PassageKind.WithCookies })
        {
            for (var connection = 0; connection < Connections; connection++)
            {
                using var http = Connect(kind == PassageKind.WithCookies ? cookies : null);
                for (var i = 0; i < Each; i++)
                {
                    passages.Add(await SendAsync(http, shop, token, kind, [], cancellationToken));
                    if (!passages[0].Reached)
                    {
                        return passages.ToImmutable();
                    }
                }
            }
        }

        // A proxy that overwrites the chain may pass X-Real-IP, and the other way round.
        foreach (var forged in new (string, string)[][]
        {
            [
                ("X-Forwarded-For", ForgedAddress), ("X-Forwarded-Host", ForgedHost),
                ("X-Forwarded-Proto", shop.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeHttp : Uri.UriSchemeHttps),
            ],
            [("X-Real-IP", ForgedAddress)],
        })
        {
            using var http = Connect(null);
            passages.Add(await SendAsync(http, shop, token, PassageKind.Forged, forged, cancellationToken));
        }

        return passages.ToImmutable();
    }

    // A handler has connections of its own.
    private static HttpClient Connect(CookieContainer? cookies) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = cookies is not null,
        CookieContainer = cookies ?? new CookieContainer(),
        MaxConnectionsPerServer = 1,
    })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    private static async Task<Passage> SendAsync(
        HttpClient http, Uri shop, string token, PassageKind kind, (string Name, string Value)[] headers, CancellationToken cancellationToken)
    {
        // No cache may have seen it.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(shop, $"{Probe.Path}?{Guid.NewGuid():N}"));
        request.Headers.Add(Probe.Header, token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var answer = response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "application/json"
                ? await response.Content.ReadFromJsonAsync<ProbeAnswer>(JsonSerializerOptions.Web, cancellationToken)
                : null;
            return answer is { Plane: not null, Client: not null }
                ? new Passage(kind, answer, Status: response.StatusCode)
                : new Passage(kind, null, $"{(int)response.StatusCode}", response.StatusCode, response.Headers.Location);
        }
        catch (JsonException)
        {
            return new Passage(kind, null, "JSON of another kind", HttpStatusCode.OK);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Passage(kind, null, e is OperationCanceledException
                ? $"no answer within {Patience.TotalSeconds:0} s"
                : (e.InnerException ?? e).Message.TrimEnd('.'));
        }
    }
}
