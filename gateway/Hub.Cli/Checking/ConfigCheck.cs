using System.Collections.Immutable;
using System.Net;
using Hub.Connectors;

namespace Hub.Cli.Checking;

/// <summary>All that <c>hub check</c> looks at: the file, then the world that it names.</summary>
internal static class ConfigCheck
{
    private const int LargestPage = 4 * 1024 * 1024;

    /// <param name="vendors">The kinds of connectors that the file may name.</param>
    /// <param name="offline">Only the file.</param>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(
        string text, string folder, ImmutableArray<ConnectorVendor> vendors, bool offline, CancellationToken cancellationToken)
    {
        var document = await DocumentCheck.CheckAsync(text, folder, vendors);
        var findings = document.Problems.Select(Finding.Error).ToList();
        if (document is not { Root: { } root, Hub: { } hub })
        {
            return findings;
        }

        findings.AddRange(FlipOrder.Check(root, hub));

        // YARP's matcher takes no file that has errors.
        var sound = document.Problems.Count == 0;
        if (sound && document.Proxy is { } routes)
        {
            findings.AddRange(await RouteOverlap.CheckAsync(root, hub, routes));
        }

        if (sound && !offline)
        {
            findings.AddRange(await DatasetCheck.CheckAsync(root, folder, cancellationToken));
        }

        if (offline || document.Proxy is not { } proxy)
        {
            return findings;
        }

        using var http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.All,
        })
        {
            Timeout = UpstreamCheck.Patience,
            MaxResponseContentBufferSize = LargestPage,
        };
        findings.AddRange(await UpstreamCheck.CheckAsync(http, root, proxy, hub.PublicUrl?.Authority, cancellationToken));

        // Legacy is the cluster that routes go to and no group calls New.
        var legacy = proxy.Routes.Select(route => route.ClusterId).FirstOrDefault(
            id => id is not null && !hub.Groups.Values.Any(group => id.Equals(group.New, StringComparison.OrdinalIgnoreCase)));
        var (name, destination) = proxy.Clusters.FirstOrDefault(cluster => cluster.ClusterId == legacy)?.Destinations?.FirstOrDefault()
            ?? default;
        if (destination is null || !Uri.TryCreate(destination.Address, UriKind.Absolute, out var address))
        {
            return findings;
        }

        if (hub.PublicUrl is not { IsAbsoluteUri: true } shop)
        {
            findings.Add(Finding.Warning(
                root, "Hub", "the shop's public address is not told",
                "links that lead around the gateway and undeclared forms can't be found without it", "add \"PublicUrl\": \"https://shop.example\""));
            return findings;
        }

        var pages = new LegacyPages(http, address, shop);
        findings.AddRange(await LinkCheck.CheckAsync(
            pages, root, $"ReverseProxy.Clusters.{legacy}.Destinations.{name}.Address", cancellationToken));

        if (sound)
        {
            findings.AddRange(await FormCheck.CheckAsync(pages, root, hub, proxy, cancellationToken));
            findings.AddRange(await CacheCheck.CheckAsync(http, root, hub, proxy, shop, cancellationToken));
        }

        return findings;
    }
}
