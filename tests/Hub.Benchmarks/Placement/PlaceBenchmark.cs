using System.Collections.Frozen;
using BenchmarkDotNet.Attributes;
using Hub.Placement;

namespace Hub.Benchmarks.Placement;

/// <summary>One request placed by a table of 2,000 routes: no allocation, below 300 ns.</summary>
[MemoryDiagnoser]
public class PlaceBenchmark
{
    private readonly string[] _routes = [.. Enumerable.Range(0, 2_000).Select(i => $"shop-section-{i / 100}-route-{i}")];
    private PlacementRequest _request;
    private PlacementTable _table = null!;
    private int _next;

    [GlobalSetup]
    public void Build()
    {
        var group = new GroupPlacement { Name = "shop", NewCluster = "new", Share = 5_000, Salt = Salt.Of("hub"), NewCohorts = 1 };
        _table = new PlacementTable(
            42, new[] { group }.ToFrozenDictionary(one => one.Name), _routes.Select((id, i) => Route(id, i, group)).ToFrozenDictionary(one => one.Id), ["staff"]);
        _request = new PlacementRequest { Key = CustomerKey.Draw(), Unsafe = true, LegacyHolds = Holdings.Nothing, Now = 1_800_000_000 };
    }

    /// <summary>Each call asks for another route, as requests do: a fifth of them for each of the five ways to be placed.</summary>
    [Benchmark]
    public Hub.Placement.Placement Place()
    {
        _next = _next == _routes.Length - 1 ? 0 : _next + 1;
        return _table.Place(_routes[_next], in _request);
    }

    private static RoutePlacement Route(string id, int i, GroupPlacement group) => (i % 5) switch
    {
        0 => new RoutePlacement { Id = id, Group = group },
        1 => new RoutePlacement { Id = id, Group = group, Owner = Side.Legacy },
        2 => new RoutePlacement { Id = id, Group = group, HeldDataset = "carts", WritesHeld = true },
        3 => new RoutePlacement { Id = id, Group = group, Journey = "checkout", JourneyTimeout = 7_200 },
        _ => new RoutePlacement { Id = id, Group = group, HeldDataset = "carts", Ends = ["carts"] },
    };
}
