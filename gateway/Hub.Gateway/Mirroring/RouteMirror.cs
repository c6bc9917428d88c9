using Hub.Gateway.Mirroring.Comparing;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Gateway.Mirroring;

/// <summary>What mirroring needs of a route, made when the document is read; counts what the route is asked for.</summary>
internal sealed class RouteMirror
{
    private long _seen;

    public required string Group { get; init; }

    public required string Id { get; init; }

    public required GroupConfig GroupConfig { get; init; }

    public required RoutePlacementConfig RouteConfig { get; init; }

    public required ComparisonRules Rules { get; init; }

    public required MirrorSampler Sampler { get; init; }

    public MirrorConfig Config => GroupConfig.Mirror;

    /// <summary>The queue to each side; made when the first copy is wanted.</summary>
    public MirrorLane? ToNew { get; set; }

    /// <inheritdoc cref="ToNew"/>
    public MirrorLane? ToLegacy { get; set; }

    /// <summary>Null where the route's requests are never mirrored.</summary>
    public static RouteMirror? Of(string group, GroupConfig groupConfig, RoutePlacementConfig route, RouteConfig config, MirrorSampler sampler) =>
        MirrorRules.Mirrors(groupConfig, route, config.Match.Methods ?? [])
            ? new RouteMirror
            {
                Group = group,
                Id = config.RouteId,
                GroupConfig = groupConfig,
                RouteConfig = route,
                Rules = ComparisonRules.Of(groupConfig, route),
                Sampler = sampler,
            }
            : null;

    public void See() => Interlocked.Increment(ref _seen);

    /// <summary>How many came since this was asked last.</summary>
    public long TakeSeen() => Interlocked.Exchange(ref _seen, 0);

    /// <summary>
    /// Whether a copy may go to the other side (SAFETY.md 17): unsafe methods to a sandbox only, and to legacy only where
    /// the route says that its GETs do no harm there.
    /// </summary>
    public bool Allows(string method, Side answering) => answering == Side.Legacy
        ? MirrorRules.IsSafe(method) || (Config.Sandboxed && !HttpMethods.IsConnect(method) && !HttpMethods.IsTrace(method) && !HttpMethods.IsOptions(method))
        : RouteConfig.Mirror.ToLegacy && MirrorRules.IsSafe(method) && (!RouteConfig.GetWrites || RouteConfig.Mirror.GetWrites);
}
