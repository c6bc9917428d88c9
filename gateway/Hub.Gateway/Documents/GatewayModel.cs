using System.Collections.Frozen;
using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Gateway.Boundary;
using Hub.Gateway.Limits;
using Hub.Gateway.Pages;
using Hub.Gateway.Placing;
using Hub.Placement;

namespace Hub.Gateway.Documents;

/// <summary>
/// All that a request is handled by: one revision, whole. A request reads it once, on entry; a flip that lands meanwhile
/// concerns the next request only (SAFETY.md 11).
/// </summary>
/// <param name="Routes">The routes of groups, by id; the same instances as long as the document is the same.</param>
/// <param name="Datasets">Datasets held per customer, by the hash of their name that cookies hold.</param>
internal sealed record GatewayModel(
    Revision Revision,
    GatewayDocument Document,
    PlacementTable Table,
    FrozenDictionary<string, GroupedRoute> Routes,
    FrozenDictionary<uint, string> Datasets,
    Cohorts Cohorts)
{
    /// <summary>Groups with routes that a cache in front keeps by header; for most shops none.</summary>
    public ImmutableArray<string> CachedByHeader { get; init; } = [];

    /// <summary>Null where nothing is limited.</summary>
    public ShopLimits? Limits { get; init; }

    public BoundaryRules Boundary { get; init; } = BoundaryRules.Default;

    public ShopPages Pages { get; init; } = ShopPages.Default;

    /// <summary>What holds for routes on both sides, by id; null where the document says nothing of it.</summary>
    public FrozenDictionary<string, RouteRules>? RouteRules { get; init; }
}

/// <summary>Holds the model in force; null until the first revision is taken.</summary>
internal sealed class GatewayState
{
    private volatile GatewayModel? _model;

    public GatewayModel? Model => _model;

    public void Swap(GatewayModel model) => _model = model;
}
