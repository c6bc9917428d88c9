using System.Text;
using Hub.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Cli.Checking;

/// <summary>YARP's own section, read and judged by YARP itself.</summary>
internal sealed record ProxySection(IReadOnlyList<RouteConfig> Routes, IReadOnlyList<ClusterConfig> Clusters)
{
    public static async Task<ProxySection?> ReadAsync(string text, ConfigNode root, List<ConfigProblem> problems)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var configuration = new ConfigurationBuilder().AddJsonStream(stream).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddReverseProxy().AddHubPolicies().LoadFromConfig(configuration.GetSection("ReverseProxy"));
        await using var provider = services.BuildServiceProvider();
        IProxyConfig config;
        try
        {
            config = provider.GetRequiredService<IProxyConfigProvider>().GetConfig();
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            // YARP's reader stops at the first value of a wrong kind and has no lines.
            Add("ReverseProxy", e.InnerException?.Message ?? e.Message, "a value is of a wrong kind");
            return null;
        }

        var validator = provider.GetRequiredService<IConfigValidator>();
        foreach (var route in config.Routes)
        {
            foreach (var refusal in await validator.ValidateRouteAsync(route))
            {
                Add($"ReverseProxy.Routes.{route.RouteId}", refusal.Message, "YARP refuses the route");
            }
        }

        foreach (var cluster in config.Clusters)
        {
            foreach (var refusal in await validator.ValidateClusterAsync(cluster))
            {
                Add($"ReverseProxy.Clusters.{cluster.ClusterId}", refusal.Message, "YARP refuses the cluster");
            }
        }

        foreach (var route in config.Routes.Where(route => route.ClusterId is { } id
            && !config.Clusters.Any(cluster => cluster.ClusterId.Equals(id, StringComparison.OrdinalIgnoreCase))))
        {
            Add($"ReverseProxy.Routes.{route.RouteId}.ClusterId", $"there is no cluster '{route.ClusterId}'",
                "the route's requests would be answered with 503");
        }

        return new ProxySection(config.Routes, config.Clusters);

        void Add(string path, string what, string why) => problems.Add(new ConfigProblem(
            path, root.Nearest(path).Line, what.ReplaceLineEndings(" ").TrimEnd('.'), why, "correct it as YARP's documentation of the section says"));
    }
}
