using Hub.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Cli.Checking;

/// <summary>Whether the clusters' destinations answer.</summary>
internal static class UpstreamCheck
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="host">The Host that customers ask for; null where the config does not say.</param>
    public static async Task<IEnumerable<Finding>> CheckAsync(
        HttpClient http, ConfigNode root, ProxySection proxy, string? host, CancellationToken cancellationToken)
    {
        var findings = await Task.WhenAll(proxy.Clusters.SelectMany(
            cluster => (cluster.Destinations ?? new Dictionary<string, DestinationConfig>()).Select(
                destination => AskAsync(http, root, cluster.ClusterId, destination.Key, destination.Value, host, cancellationToken))));
        return findings.OfType<Finding>().Concat(
            from cluster in proxy.Clusters
            where cluster.Destinations is null or { Count: 0 }
            select Finding.Warning(
                root, $"ReverseProxy.Clusters.{cluster.ClusterId}", "the cluster has no destination",
                "its requests would be answered with 503", "add \"Destinations\": { \"one\": { \"Address\": \"http://…/\" } }"));
    }

    private static async Task<Finding?> AskAsync(
        HttpClient http, ConfigNode root, string cluster, string name, DestinationConfig destination, string? host,
        CancellationToken cancellationToken)
    {
        var path = $"ReverseProxy.Clusters.{cluster}.Destinations.{name}.Address";
        if (!Uri.TryCreate(destination.Address, UriKind.Absolute, out var address))
        {
            return null;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Host = destination.Host ?? host;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (int)response.StatusCode < 500
                ? null
                : Finding.Warning(
                    root, path, $"{address} answers {(int)response.StatusCode}", "customers would see that error", "look at what runs there");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return Finding.Warning(
                root, path, $"{address} is not reached ({Reason(e)})", "its requests would be answered with 502",
                "start it, correct the address, or see that this machine may reach it");
        }
    }

    public static string Reason(Exception e) => e is OperationCanceledException
        ? $"no answer within {Patience.TotalSeconds:0} s"
        : (e.InnerException ?? e).Message.TrimEnd('.');
}
