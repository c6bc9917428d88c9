using System.Collections.Frozen;
using System.Collections.Immutable;
using Hub.Gateway.Fallbacks;
using Hub.Gateway.Figures;
using Hub.Gateway.Journeys;
using Hub.Gateway.Marks;
using Hub.Gateway.Mirroring;
using Hub.Placement;
using Hub.Placement.Config;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Hub.Gateway.Documents;

/// <summary>
/// A route of a group with what the gateway needs beside its placement. Legacy's side is the route as YARP matched it;
/// New's is a model of its own, so that each side has its own transforms, telemetry, health and affinity.
/// </summary>
internal sealed class GroupedRoute
{
    public required string Id { get; init; }

    public required string Group { get; init; }

    public required RouteModel New { get; init; }

    /// <summary>Where the group's requests are counted.</summary>
    public required GroupCounters Figures { get; init; }

    /// <summary>The journey's name in cookies and in control's store; null where the route is no step.</summary>
    public PinName? Journey { get; init; }

    /// <summary>The name of the pin that this route's form page leaves.</summary>
    public required PinName Form { get; init; }

    /// <summary>The name of the pin that this page leaves for its form's target; null where it is no page with a form.</summary>
    public PinName? FormTarget { get; init; }

    /// <summary>A page whose form posts here, where its path has no variable: where to send back to without a Referer.</summary>
    public string? FormPage { get; init; }

    /// <summary>What it reads that marks are made of (<see cref="RoutePlacement.Reads"/>).</summary>
    public ImmutableArray<MarkName> Reads { get; init; } = [];

    /// <summary>What the answering side writes that marks are made of.</summary>
    public ImmutableArray<MarkName> Writes { get; init; } = [];

    /// <summary>What legacy writes in the end that marks are made of.</summary>
    public ImmutableArray<MarkName> Through { get; init; } = [];

    /// <summary>Null where its reads do not go to legacy when New fails.</summary>
    public Fallback? Fallback { get; init; }

    /// <summary>The key by which caches forget its answers.</summary>
    public required string CacheKey { get; init; }

    public BusinessKeyConfig? BusinessKey { get; init; }

    public LearnConfig? Learns { get; init; }

    /// <summary>Null where its requests are never mirrored.</summary>
    public RouteMirror? Mirror { get; init; }

    /// <summary>A write here may change who is logged in: all but a plain write to data held per customer.</summary>
    public bool MayLogIn { get; init; }

    /// <summary>Builds the routes of groups of a document that YARP serves already.</summary>
    public static FrozenDictionary<string, GroupedRoute> Build(
        GatewayDocument document, PlacementTable table, IProxyStateLookup proxy, ITransformBuilder transforms, FigureBoard figures,
        GatewayMetrics metrics, TimeProvider time)
    {
        var configs = document.Routes.ToDictionary(route => route.RouteId, StringComparer.OrdinalIgnoreCase);
        var clusters = document.Clusters.ToDictionary(cluster => cluster.ClusterId, StringComparer.OrdinalIgnoreCase);
        var samplers = document.Hub.Groups.ToDictionary(group => group.Key, group => new MirrorSampler(group.Value.Mirror, time));
        var pages = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (id, placement) in table.Routes)
        {
            if (placement.Form is { } form && configs[id].Match.Path is { } path && !path.Contains('{', StringComparison.Ordinal))
            {
                pages.TryAdd(form.Id, path);
            }
        }

        var routes = new Dictionary<string, GroupedRoute>(StringComparer.OrdinalIgnoreCase);
        foreach (var (id, placement) in table.Routes)
        {
            if (!proxy.TryGetCluster(placement.Group.NewCluster, out var cluster))
            {
                throw new InvalidOperationException($"Cluster {placement.Group.NewCluster} of group {placement.Group.Name} was checked and is not there.");
            }

            var config = configs[id] with { ClusterId = cluster.ClusterId };
            var hub = document.Hub.Groups[placement.Group.Name].Routes[id];
            if (hub.Fallback is not null)
            {
                config = config with { Metadata = new Dictionary<string, string>(config.Metadata ?? new Dictionary<string, string>()) { [Fallback.Metadata] = "" } };
            }

            routes.Add(id, new GroupedRoute
            {
                Id = id,
                Group = placement.Group.Name,
                New = new RouteModel(config, cluster, transforms.Build(config, clusters[cluster.ClusterId])),
                Figures = figures.Of(placement.Group.Name),
                Journey = placement.Journey is { } journey ? PinName.OfJourney(placement.Group.Name, journey) : null,
                Form = PinName.OfForm(id),
                FormTarget = placement.Form is { } target ? PinName.OfForm(target.Id) : null,
                FormPage = pages.GetValueOrDefault(id),
                Reads = [.. placement.Reads.Select(MarkName.Of)],
                Writes = [.. placement.Writes.Select(MarkName.Of)],
                Through = [.. placement.Through.Select(MarkName.Of)],
                Fallback = hub.Fallback is { } fallback ? new Fallback(fallback, metrics, time) : null,
                CacheKey = CachesConfig.KeyOf(placement.Group.Name),
                BusinessKey = hub.BusinessKey,
                Learns = hub.Learns,
                Mirror = RouteMirror.Of(
                    placement.Group.Name, document.Hub.Groups[placement.Group.Name], hub, config, samplers[placement.Group.Name]),
                MayLogIn = !placement.WritesHeld || hub.Through.Count > 0,
            });
        }

        return routes.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
