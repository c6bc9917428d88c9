using System.Collections.Frozen;

namespace Hub.Placement.Tests;

public sealed class PlacementTableTests
{
    [Fact]
    public void Place_RouteOfNoGroup_GoesToItsOwnCluster()
    {
        var table = new PlacementTable(1, FrozenDictionary<string, GroupPlacement>.Empty, FrozenDictionary<string, RoutePlacement>.Empty, []);

        Assert.Equal(PlacementReason.Ungrouped, table.Place("any", new PlacementRequest()).Reason);
    }
}
