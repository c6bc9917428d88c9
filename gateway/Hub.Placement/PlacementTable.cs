using System.Collections.Frozen;
using System.Collections.Immutable;
using Hub.Placement.Config;

namespace Hub.Placement;

/// <summary>
/// All that the gateway needs to place a request: an immutable snapshot, replaced as a whole and never edited.
/// </summary>
/// <remarks>
/// A request reads the table once, on entry; a flip that lands meanwhile concerns the next request only (SAFETY.md 11).
/// </remarks>
/// <param name="Revision">The number of the revision it was built from.</param>
/// <param name="Groups">By name.</param>
/// <param name="Routes">Routes of groups, by id. A route that is missing here goes to its own cluster.</param>
/// <param name="Cohorts">Names of cohorts; a cohort's place in the list is its bit.</param>
public sealed record PlacementTable(
    long Revision,
    FrozenDictionary<string, GroupPlacement> Groups,
    FrozenDictionary<string, RoutePlacement> Routes,
    ImmutableArray<string> Cohorts)
{
    /// <summary>
    /// Places a request. Rules, of SAFETY.md, the first that says something decides:
    /// 1. what a side owns is written there (5), and an unknown business key goes there too (1);
    /// 2. data held per customer is where its claim says; New is not begun with where legacy may hold some (7, 13);
    /// 3. a rolled-back group is legacy's (13);
    /// 4. without a key, the route's declared side (1);
    /// 5. the pin of the form, else of the journey (3, 5);
    /// 6. a read goes where the customer wrote what it reads, while the other side does not have it (8);
    /// 7. cohort, then share (2).
    /// What a cache in front keeps is placed by its address or by the side that the cache asks for, and by no customer (10).
    /// A page with a form is placed as the sending of its form would be (5); what is sent by a form that the other side
    /// rendered goes back to its page.
    /// </summary>
    /// <param name="routeId">The route's id in the <c>ReverseProxy</c> section.</param>
    public Placement Place(string routeId, in PlacementRequest request)
    {
        if (!Routes.TryGetValue(routeId, out var route))
        {
            return new Placement(Side.Legacy, PlacementReason.Ungrouped);
        }

        if (route.Cached != CachedBy.No)
        {
            return PlaceCached(route, in request);
        }

        var writes = route.IsWrite(request.Unsafe);
        var placement = Decide(route, writes, in request);
        if (request.Key.IsNone || placement.Has(PlacementActions.AskHoldings))
        {
            return placement;
        }

        return route.IsFormTarget && request.Unsafe && request.Form.Exists && request.Form.Side != placement.Side
            ? placement with { Actions = PlacementActions.ReturnToForm }
            : placement with { Actions = placement.Actions | Accompany(route, placement.Side, in request) };
    }

    /// <summary>
    /// What a flip makes of the table: the same routes, of groups that stand elsewhere. The document is not read again,
    /// however many routes are in it.
    /// </summary>
    /// <param name="revision">The number of the revision that flips.</param>
    /// <param name="standings">Where groups stand, by name; one that is missing stands at share 0. Shares are 0 to 10,000.</param>
    public PlacementTable Flip(long revision, IReadOnlyDictionary<string, GroupStanding> standings)
    {
        var groups = Groups.ToFrozenDictionary(
            group => group.Key,
            group => group.Value.At(standings.GetValueOrDefault(group.Key) ?? new GroupStanding(0)));
        var routes = Routes.ToDictionary(route => route.Key, route => route.Value with { Group = groups[route.Value.Group.Name] });
        foreach (var route in routes.Values)
        {
            if (route.Form is { } target)
            {
                route.Form = routes[target.Id];
            }
        }

        return this with { Revision = revision, Groups = groups, Routes = routes.ToFrozenDictionary() };
    }

    /// <summary>Where the group's reads of a customer go who is on no journey: what a cache in front should ask for (SAFETY.md 10).</summary>
    /// <param name="cohorts">The customer's, a bit each.</param>
    public static Side SideOf(GroupPlacement group, CustomerKey key, ulong cohorts) =>
        group.RolledBack ? Side.Legacy : ByCustomer(group, key, cohorts).Side;

    private static Placement PlaceCached(RoutePlacement route, in PlacementRequest request)
    {
        var group = route.Group;
        if (group.RolledBack)
        {
            return new Placement(Side.Legacy, PlacementReason.RolledBack);
        }

        if (route.Cached == CachedBy.Url)
        {
            return new Placement(request.Url.Bucket(group.Salt) < group.Share ? Side.New : Side.Legacy, PlacementReason.CacheKey);
        }

        if (request.Asked is not { } asked)
        {
            return new Placement(route.Declared, PlacementReason.Declared);
        }

        // A side that nobody is to see any longer is not shown to whoever asks for it still.
        var anybody = asked == Side.New
            ? group.Share > 0 || group.NewCohorts != 0
            : group.Share < CustomerKey.Buckets || group.LegacyCohorts != 0;
        return new Placement(anybody ? asked : asked == Side.New ? Side.Legacy : Side.New, PlacementReason.CacheKey);
    }

    private static Placement Decide(RoutePlacement route, bool writes, in PlacementRequest request)
    {
        var target = route.Form ?? route;
        if (target.Owner is { } owner && (writes || route.Form is not null || request.UnknownBusinessKey))
        {
            return new Placement(owner, PlacementReason.Owner);
        }

        return target.HeldDataset is null || request.Key.IsNone || request.UnknownBusinessKey
            ? Prefer(route, writes, in request)
            : PlaceHeld(route, writes, in request);
    }

    private static Placement PlaceHeld(RoutePlacement route, bool writes, in PlacementRequest request)
    {
        var group = route.Group;
        var claim = request.Claim;
        if (claim.Exists)
        {
            var evacuates = claim.Side == Side.New
                && (claim.Revision < group.EvacuateBefore
                    || (group.RolledBack && group.EvacuateWhenUnhealthy && request.NewUnhealthy));
            return evacuates
                ? new Placement(Side.Legacy, PlacementReason.Evacuated, PlacementActions.Evacuate)
                : new Placement(claim.Side, PlacementReason.Claim);
        }

        var ifWritten = writes && route.WritesHeld ? PlacementActions.Claim : PlacementActions.None;
        var preferred = Prefer(route, writes, in request);
        if (preferred.Side == Side.Legacy)
        {
            return preferred with { Actions = ifWritten };
        }

        return request.LegacyHolds switch
        {
            Holdings.Nothing => preferred with { Actions = ifWritten },
            Holdings.Unasked => new Placement(Side.Legacy, PlacementReason.LegacyHolds, PlacementActions.AskHoldings),
            // What legacy holds already is its claim; there is no need to ask again at the next request.
            Holdings.Something => new Placement(Side.Legacy, PlacementReason.LegacyHolds, PlacementActions.Claim),
            _ => new Placement(Side.Legacy, PlacementReason.LegacyHolds, ifWritten),
        };
    }

    private static Placement Prefer(RoutePlacement route, bool writes, in PlacementRequest request)
    {
        var group = route.Group;
        if (group.RolledBack)
        {
            return new Placement(Side.Legacy, PlacementReason.RolledBack);
        }

        if (request.Key.IsNone || request.UnknownBusinessKey)
        {
            return new Placement(route.Declared, PlacementReason.Declared);
        }

        if (route.IsFormTarget && Holds(request.Form, group, FormTimeout, request.Now))
        {
            return new Placement(request.Form.Side, PlacementReason.Form);
        }

        if (route.Journey is not null && Holds(request.Journey, group, route.JourneyTimeout, request.Now))
        {
            return new Placement(request.Journey.Side, PlacementReason.Journey);
        }

        if (request.Written.Exists && !writes)
        {
            return new Placement(request.Written.Side, PlacementReason.ReadYourWrites);
        }

        return ByCustomer(group, request.Key, request.Cohorts);
    }

    private static Placement ByCustomer(GroupPlacement group, CustomerKey key, ulong cohorts)
    {
        if ((cohorts & (group.LegacyCohorts | group.NewCohorts)) != 0)
        {
            var toLegacy = (cohorts & group.LegacyCohorts) != 0;
            return new Placement(toLegacy ? Side.Legacy : Side.New, PlacementReason.Cohort);
        }

        return new Placement(key.Bucket(group.Salt) < group.Share ? Side.New : Side.Legacy, PlacementReason.Share);
    }

    private static PlacementActions Accompany(RoutePlacement route, Side side, in PlacementRequest request)
    {
        var actions = route.Form is null ? PlacementActions.None : PlacementActions.BeginForm;
        if (route.Journey is not null)
        {
            var pinned = Holds(request.Journey, route.Group, route.JourneyTimeout, request.Now) && request.Journey.Side == side;
            actions |= route.Step switch
            {
                JourneyStep.First when !pinned => PlacementActions.BeginJourney,
                JourneyStep.Last => PlacementActions.EndJourney,
                _ => PlacementActions.None,
            };
        }

        return route.Ends.IsDefaultOrEmpty ? actions : actions | PlacementActions.EndClaims;
    }

    /// <summary>How long the pin of a form's page holds, in seconds: two hours, as a journey without a time-out of its own.</summary>
    internal const long FormTimeout = 2 * 60 * 60;

    private static bool Holds(Pin pin, GroupPlacement group, long timeout, long now) =>
        pin.Exists && pin.Revision >= group.VoidBefore && now - pin.StartedAt <= timeout;
}
