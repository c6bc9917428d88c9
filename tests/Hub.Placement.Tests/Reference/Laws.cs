namespace Hub.Placement.Tests.Reference;

/// <summary>What must hold for each request that was forwarded, told without the reference's reasoning.</summary>
internal static class Laws
{
    /// <param name="claim">The customer's claim when the request came.</param>
    public static void Check(
        RoutePlacement route, PlacementRequest asked, Placement placement, ReferencePlacement reference, Claimed? claim, PlacementTable table)
    {
        var (group, config) = Shop.Config.Groups.First(group => group.Value.Routes.ContainsKey(route.Id));
        var declared = config.Routes[route.Id];

        // Rule 5: nothing is written against its owner.
        var writes = asked.Unsafe ? !declared.PostReads : declared.GetWrites;
        foreach (var dataset in declared.Writes.Where(name => name != "carts" && writes))
        {
            Assert.Equal(reference.Owner(dataset, table.Revision), placement.Side);
        }

        // Rule 5: no form is posted across sides.
        if (asked.Unsafe && !asked.Key.IsNone && asked.Form.Exists)
        {
            Assert.Equal(asked.Form.Side, placement.Side);
        }

        // Rules 4 and 7: the whole group follows the claim; an evacuated one is legacy's.
        var isPlacedByClaim = group == "checkout" && !asked.UnknownBusinessKey && !(asked.Unsafe && route.Owner is not null);
        if (isPlacedByClaim && claim is not null)
        {
            Assert.True(placement.Side == claim.Side || placement is { Side: Side.Legacy, Reason: PlacementReason.Evacuated });
        }

        // Rule 7: what is not written is not claimed, unless legacy holds it already.
        if (placement.Has(PlacementActions.Claim))
        {
            Assert.True((writes && declared.Writes.Contains("carts")) || placement is { Side: Side.Legacy, Reason: PlacementReason.LegacyHolds });
        }

        // Rule 8: a write is never placed by what was written before, and nobody's mark leads to New after a rollback.
        if (placement.Reason == PlacementReason.ReadYourWrites)
        {
            Assert.False(writes);
            Assert.False(table.Groups[group].RolledBack);
            Assert.Equal(asked.Written.Side, placement.Side);
        }

        // Rule 13: after a rollback only owners and claims lead to New.
        if (table.Groups[group].RolledBack && placement.Side == Side.New)
        {
            Assert.True(placement.Reason is PlacementReason.Owner or PlacementReason.Claim);
        }
    }
}
