using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Placement.Tests;

public sealed class PlacementHintsTests
{
    [Theory]
    [Trait("Rule", "7")]
    [InlineData(2_500, 2_500, "hub", 0)]
    [InlineData(5_000, 2_500, "hub", 0)]
    [InlineData(2_500, 5_000, "hub", 1)]
    [InlineData(5_000, 2_500, "other", 1)]
    [InlineData(5_000, 0, "other", 0)]
    public void Of_PageThatShowsACart_WarnsWhereCartsFlipBeforeIt(int pages, int carts, string salt, int hints)
    {
        var problems = new List<ConfigProblem>();
        var root = ConfigNode.Read($$"""
            { "ReverseProxy": { "Routes": { "home": {}, "cart": {} }, "Clusters": { "storefront": {} } },
              "Hub": { "Datasets": { "carts": { "Held": "per customer" } }, "Groups": {
                "catalog": { "New": "storefront", "Salt": "{{salt}}", "Routes": {
                  "home": { "Shows": [ "Carts" ] } } },
                "checkout": { "New": "storefront", "Routes": { "cart": { "Writes": [ "carts" ], "Shows": [ "carts" ] } } } } } }
            """, problems)!;
        var config = ConfigBinder.Bind<HubConfig>(root["Hub"], problems);
        var standings = new Dictionary<string, GroupStanding> { ["catalog"] = new(pages), ["checkout"] = new(carts) };
        var table = PlacementTableBuilder.Build(config, root, standings, new Dictionary<string, Side>(), 1, problems);
        Assert.Empty(problems);

        var told = PlacementHints.Of(config, root, table!);

        Assert.Equal(hints, told.Count);
        Assert.All(told, hint => Assert.Equal(("Hub.Groups.catalog.Routes.home.Shows", 4), (hint.Path, hint.Line)));
    }
}
