using System.Text;
using Hub.Configuration;
using Hub.Gateway.Mirroring.Comparing;
using Hub.Gateway.Slugs;
using Hub.Placement.Config;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Gateway.Documents;

/// <summary>The config document, read: YARP's part as YARP reads it, and ours.</summary>
/// <param name="Hash">The document's hash, as the revision tells it.</param>
internal sealed record GatewayDocument(
    string Hash, ConfigNode? Root, HubConfig Hub, IReadOnlyList<RouteConfig> Routes, IReadOnlyList<ClusterConfig> Clusters)
{
    /// <summary>Before anything was applied: no route, no group.</summary>
    public static GatewayDocument Empty { get; } = new("", null, new HubConfig(), [], []);

    /// <summary>Reads and checks a document; null where something is wrong, and all of it is told.</summary>
    public static async ValueTask<GatewayDocument?> ReadAsync(
        string hash, string text, IConfigValidator validator, List<ConfigProblem> problems)
    {
        if (ConfigNode.Read(text, problems) is not { } root || problems.Count > 0)
        {
            return null;
        }

        var hub = ConfigBinder.Bind<HubConfig>(root["Hub"], problems);
        ComparisonRules.Check(hub, root, problems);
        if (ReadProxy(text, root, problems) is not { } proxy)
        {
            return null;
        }

        foreach (var cluster in proxy.Clusters)
        {
            Tell(await validator.ValidateClusterAsync(cluster), root, $"ReverseProxy.Clusters.{cluster.ClusterId}", problems);
        }

        foreach (var route in proxy.Routes)
        {
            Tell(await validator.ValidateRouteAsync(route), root, $"ReverseProxy.Routes.{route.RouteId}", problems);
        }

        return problems.Count > 0 ? null : new GatewayDocument(hash, root, hub, SlugRule.Mark(hub, proxy.Routes), proxy.Clusters);
    }

    private static IProxyConfig? ReadProxy(string text, ConfigNode root, List<ConfigProblem> problems)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var section = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("ReverseProxy");
        // YARP's reader of configuration is internal; its provider is the public way to it.
        var services = new ServiceCollection().AddLogging();
        services.AddReverseProxy().LoadFromConfig(section);
        using var provider = services.BuildServiceProvider();
        try
        {
            return provider.GetRequiredService<IProxyConfigProvider>().GetConfig();
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException or InvalidCastException or OverflowException)
        {
            problems.Add(new ConfigProblem(
                "ReverseProxy", root["ReverseProxy"]?.Line ?? 0, "YARP can't read this section", e.Message, "correct the value that the message names"));
            return null;
        }
    }

    private static void Tell(IList<Exception> errors, ConfigNode root, string path, List<ConfigProblem> problems)
    {
        foreach (var error in errors)
        {
            problems.Add(new ConfigProblem(
                path, root.Nearest(path).Line, error.Message.TrimEnd('.'), "YARP refuses it", "correct it as YARP's documentation says"));
        }
    }
}
