using System.Collections.Frozen;
using System.Collections.Immutable;

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
    /// 1. what a side owns is written there (5); a form's page goes where its form will be sent;
    /// 2. data held per customer is where its claim says, or is claimed (7, 13);
    /// 3. without a key, the route's declared side (1);
    /// 4. a rolled-back group is legacy's (13);
    /// 5. the form's or journey's pin (3, 5);
    /// 6. cohort, then share (2).
    /// A form that was rendered by the other side is sent back to its page.
    /// </summary>
    /// <param name="routeId">The route's id in the <c>ReverseProxy</c> section.</param>
    public Placement Place(string routeId, in PlacementRequest request)
    {
        if (!Routes.TryGetValue(routeId, out var route))
        {
            return new Placement(Side.Legacy, PlacementReason.Ungrouped);
        }

        // A page with a form is placed as the sending of its form would be.
        var target = route.Form ?? route;
        var writes = route.Form is not null || (request.Unsafe ? !route.PostReads : route.GetWrites);
        var placement = Decide(target, route, writes, in request);
        if (placement.Has(PlacementActions.AskHoldings))
        {
            return placement;
        }

        var actions = placement.Actions;
        if (route.IsFormTarget && request.Unsafe && request.Form.Exists && request.Form.Side != placement.Side)
        {
            return placement with { Actions = PlacementActions.ReturnToForm };
        }

        if (route.Form is not null)
        {
            // The page itself claims nothing: the sending of its form will.
            actions = (actions & ~PlacementActions.Claim) | PlacementActions.BeginForm;
        }

        if (route.Journey is not null)
        {
            actions |= route.Step switch
            {
                JourneyStep.Last => PlacementActions.EndJourney,
                _ when !Valid(request.Journey, route.Group, route.JourneyTimeout, request.Now)
                    || request.Journey.Side != placement.Side =>
                    route.Step == JourneyStep.First ? PlacementActions.BeginJourney : PlacementActions.None,
                _ => PlacementActions.None,
            };
        }

        if (!route.Ends.IsDefaultOrEmpty)
        {
            actions |= PlacementActions.EndClaims;
        }

        return placement with { Actions = actions };
    }

    private static Placement Decide(RoutePlacement target, RoutePlacement route, bool writes, in PlacementRequest request)
    {
        if (writes && target.Owner is { } owner)
        {
            return new Placement(owner, PlacementReason.Owner);
        }

        if (target.HeldDataset is not null && !request.UnknownBusinessKey)
        {
            return PlaceHeld(target, route, writes && target.WritesHeld, in request);
        }

        return Prefer(target, route, in request);
    }

    private static Placement PlaceHeld(RoutePlacement target, RoutePlacement route, bool writes, in PlacementRequest request)
    {
        var group = target.Group;
        var claim = request.Claim;
        if (claim.Exists)
        {
            var evacuates = claim.Side == Side.New
                && (claim.Revision < group.EvacuateBefore
                    || (group.RolledBack && request.NewUnhealthy && group.EvacuateWhenUnhealthy));
            return evacuates
                ? new Placement(Side.Legacy, PlacementReason.Evacuated, PlacementActions.Evacuate)
                : new Placement(claim.Side, PlacementReason.Claim);
        }

        var preferred = Prefer(target, route, in request);
        if (request.Key.IsNone)
        {
            return preferred;
        }

        if (preferred.Side == Side.New && request.LegacyHolds != Holdings.Nothing)
        {
            return request.LegacyHolds switch
            {
                Holdings.Unasked => new Placement(Side.Legacy, PlacementReason.LegacyHolds, PlacementActions.AskHoldings),
                // What legacy holds already is its claim; there is no need to ask again at the next request.
                Holdings.Something => new Placement(Side.Legacy, PlacementReason.LegacyHolds, PlacementActions.Claim),
                _ => new Placement(
                    Side.Legacy, PlacementReason.LegacyHolds, writes ? PlacementActions.Claim : PlacementActions.None),
            };
        }

        return writes ? preferred with { Actions = PlacementActions.Claim } : preferred;
    }

    private static Placement Prefer(RoutePlacement target, RoutePlacement route, in PlacementRequest request)
    {
        var group = route.Group;
        if (group.RolledBack)
        {
            return new Placement(Side.Legacy, PlacementReason.RolledBack);
        }

        if (request.Key.IsNone)
        {
            return new Placement(route.Declared, PlacementReason.Declared);
        }

        if (route.IsFormTarget && Valid(request.Form, group, FormTimeout, request.Now))
        {
            return new Placement(request.Form.Side, PlacementReason.Form);
        }

        if (route.Journey is not null && Valid(request.Journey, group, route.JourneyTimeout, request.Now))
        {
            return new Placement(request.Journey.Side, PlacementReason.Journey);
        }

        if ((request.Cohorts & group.LegacyCohorts) != 0)
        {
            return new Placement(Side.Legacy, PlacementReason.Cohort);
        }

        if ((request.Cohorts & group.NewCohorts) != 0)
        {
            return new Placement(Side.New, PlacementReason.Cohort);
        }

        var side = request.Key.Bucket(group.Salt) < group.Share ? Side.New : Side.Legacy;
        return new Placement(side, PlacementReason.Share);
    }

    /// <summary>How long the pin of a form's page holds, in seconds: two hours, as a journey without a time-out of its own.</summary>
    internal const long FormTimeout = 2 * 60 * 60;

    private static bool Valid(Pin pin, GroupPlacement group, long timeout, long now) =>
        pin.Exists && pin.Revision >= group.VoidBefore && now - pin.StartedAt <= timeout;
}
