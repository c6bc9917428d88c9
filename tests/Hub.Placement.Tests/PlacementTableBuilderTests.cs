using System.Globalization;
using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Placement.Tests;

public sealed class PlacementTableBuilderTests
{
    private const string ReverseProxy = """
        "ReverseProxy": {
          "Routes": {
            "home": { "ClusterId": "legacy", "Match": { "Path": "/" } },
            "product.page": { "ClusterId": "legacy", "Match": { "Path": "/p/{slug}" } },
            "cart": { "ClusterId": "legacy", "Match": { "Path": "/cart", "Methods": [ "GET" ] } },
            "cart-post": { "ClusterId": "legacy", "Match": { "Path": "/cart", "Methods": [ "POST" ] } },
            "checkout": { "ClusterId": "legacy", "Match": { "Path": "/checkout" } },
            "done": { "ClusterId": "legacy", "Match": { "Path": "/checkout/done/{order}" } }
          },
          "Clusters": { "legacy": {}, "storefront": {} }
        }
        """;

    [Fact]
    public void Flip_OfATable_IsWhatIsBuiltAnew()
    {
        const string Hub = """
            "Cohorts": { "staff": { "Header": "X-Staff" } },
            "Datasets": { "catalog": {}, "carts": { "Held": "per customer" } },
            "Groups": {
              "catalog": { "New": "storefront", "Cohorts": { "staff": "New" }, "Routes": { "home": { "Reads": [ "catalog" ] } } },
              "checkout": {
                "New": "storefront", "Routes": { "cart": { "Reads": [ "carts" ], "Form": "cart-post" }, "cart-post": { "Writes": [ "carts" ] }, "done": { "Ends": [ "carts" ] } },
                "Journeys": { "pay": { "First": [ "cart-post" ], "Last": [ "done" ] } } } }
            """;
        var (before, _) = Build(Hub, new() { ["catalog"] = new GroupStanding(100), ["checkout"] = new GroupStanding(2_500) });
        var after = new Dictionary<string, GroupStanding> { ["checkout"] = new GroupStanding(0, 7, 5, true) };
        var (built, _) = Build(Hub, after);

        var flipped = before!.Flip(built!.Revision, after);

        Assert.Equal(Words(built), Words(flipped));
        Assert.Same(flipped.Routes["cart-post"], flipped.Routes["cart"].Form);
        Assert.Same(flipped.Groups["checkout"], flipped.Routes["cart-post"].Group);
        Assert.Equal(2_500, before.Routes["cart-post"].Group.Share);

        static string Words(PlacementTable table) => System.Text.Json.JsonSerializer.Serialize(new
        {
            table.Revision,
            table.Cohorts,
            Groups = table.Groups.Values.OrderBy(group => group.Name, StringComparer.Ordinal),
            Routes = table.Routes.Values.OrderBy(route => route.Id, StringComparer.Ordinal),
        });
    }

    [Fact]
    public void Build_WholeConfig_ResolvesRoutesFormsJourneysAndDatasets()
    {
        var (table, problems) = Build(
            """
            "Cohorts": { "staff": { "Header": "X-Staff" }, "partners": { "Header": "X-Partner" } },
            "Datasets": { "catalog": {}, "carts": { "Held": "per customer" }, "orders": { "Owner": "New" } },
            "Groups": {
              "catalog": { "New": "storefront", "Cohorts": { "PARTNERS": "New" }, "Routes": { "HOME": { "Reads": [ "catalog" ], "Shows": [ "carts" ] } } },
              "checkout": {
                "New": "Storefront", "Salt": "other",
                "Routes": {
                  "cart": { "Reads": [ "carts" ], "Form": "cart-post" }, "cart-post": { "Writes": [ "carts" ] },
                  "checkout": { "Through": [ "orders" ] },
                  "done": { "Ends": [ "Carts" ], "BusinessKey": { "Kind": "order", "Path": "order" } } },
                "Journeys": { "pay": { "First": [ "cart-post" ], "Steps": [ "checkout" ], "Last": [ "done" ], "Timeout": "00:30:00" } } } }
            """,
            new() { ["checkout"] = new GroupStanding(2_500, 7, 5, true) });

        Assert.Empty(problems);
        Assert.NotNull(table);
        Assert.Equal(9, table.Revision);
        Assert.Equal(["staff", "partners"], table.Cohorts);
        Assert.Equal(["cart", "cart-post", "checkout", "done", "home"], table.Routes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2UL, table.Groups["catalog"].NewCohorts);
        Assert.Equal(0, table.Groups["catalog"].Share);
        var group = table.Groups["checkout"];
        Assert.Equal(
            ("storefront", 2_500, 7L, 5L, true, Salt.Of("other")),
            (group.NewCluster, group.Share, group.VoidBefore, group.EvacuateBefore, group.RolledBack, group.Salt));
        var cart = table.Routes["cart"];
        Assert.Same(table.Routes["cart-post"], cart.Form);
        Assert.True(table.Routes["cart-post"] is { IsFormTarget: true, WritesHeld: true, Step: JourneyStep.First, JourneyTimeout: 1_800 });
        Assert.Equal(("pay", JourneyStep.Middle), (cart.Journey, cart.Step));
        Assert.Null(table.Routes["home"].HeldDataset);
        Assert.Equal(["carts"], table.Routes["done"].Ends);
    }

    [Fact]
    [Trait("Rule", "4")]
    public void Build_GroupThatHoldsDataPerCustomer_LetsAllItsRoutesFollowTheClaim()
    {
        var (table, _) = Build(
            """
            "Datasets": { "carts": { "Held": "per customer" } },
            "Groups": { "checkout": { "New": "storefront", "Routes": { "cart-post": { "Writes": [ "carts" ] }, "checkout": {} } } }
            """);

        Assert.True(table!.Routes["checkout"] is { HeldDataset: "carts", WritesHeld: false });
    }

    [Fact]
    public void Build_OwnerToldByControl_WinsOverTheFile()
    {
        const string hub = """
            "Datasets": { "orders": { "Owner": "Legacy" } },
            "Groups": { "checkout": { "New": "storefront", "Routes": { "checkout": { "Writes": [ "orders" ] } } } }
            """;

        Assert.Equal(Side.Legacy, Build(hub).Table!.Routes["checkout"].Owner);
        Assert.Equal(Side.New, Build(hub, owners: new() { ["orders"] = Side.New }).Table!.Routes["checkout"].Owner);
    }

    [Fact]
    public void Build_SeveralProblems_TellsAllWithTheirLines()
    {
        var (table, problems) = Build(
            """
            "Datasets": { "catalog": {} },
            "Groups": {
              "catalog": {
                "New": "storfront",
                "Routes": {
                  "product.page": {
                    "Reads": [ "catalog",
                      "catlog" ] },
                  "hame": {} } } }
            """);

        Assert.Null(table);
        Assert.Equal(
            ["16 Hub.Groups.catalog.New", "20 Hub.Groups.catalog.Routes.product.page.Reads[1]", "21 Hub.Groups.catalog.Routes.hame"],
            problems.Select(problem => $"{problem.Line} {problem.Path}"));
        Assert.Equal(
            ["write 'storefront', or declare 'storfront'", "write 'catalog', or declare 'catlog'", "write 'home', or declare 'hame'"],
            problems.Select(problem => problem.Fix));
    }

    [Theory]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": {} } }, "b": { "New": "storefront", "Routes": { "home": {} } } }""",
        "Hub.Groups.b.Routes.home", "the groups 'a' and 'b'")]
    [InlineData("""{ "a": { "New": "storefront", "Cohorts": { "stuff": "New" } } }""", "Hub.Groups.a.Cohorts.stuff", "no cohort 'stuff'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Writes": [ "catalog", "prices" ] } } } }""",
        "Hub.Groups.a.Routes.home.Writes", "'catalog' (owned by Legacy) and 'prices' (owned by New)")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Writes": [ "catalog", "carts" ] } } } }""",
        "Hub.Groups.a.Routes.home.Writes", "writes 'catalog' and touches 'carts'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Reads": [ "carts" ], "Writes": [ "catalog" ] } } } }""",
        "Hub.Groups.a.Routes.home.Writes", "writes 'catalog' and touches 'carts'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Reads": [ "carts", "lists" ] } } } }""",
        "Hub.Groups.a.Routes.home", "'carts' and 'lists', each held per customer")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Reads": [ "carts" ] }, "cart": { "Reads": [ "lists" ] } } } }""",
        "Hub.Groups.a.Routes.cart", "holds 'carts' and 'lists'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Reads": [ "carts" ] } } }, "b": { "New": "storefront", "Routes": { "cart": { "Writes": [ "carts" ] } } } }""",
        "Hub.Groups.b.Routes.cart", "touched here and by 'home' of the group 'a'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Reads": [ "carts" ] } } }, "b": { "New": "storefront", "Routes": { "done": { "Ends": [ "carts" ] } } } }""",
        "Hub.Groups.b.Routes.done", "touched here and by 'home' of the group 'a'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Writes": [ "catalog" ], "PostReads": true } } } }""",
        "Hub.Groups.a.Routes.home.PostReads", "neither its POSTs nor its GETs write")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Form": "cart-pots" }, "cart-post": {} } } }""",
        "Hub.Groups.a.Routes.home.Form", "no route of a group 'cart-pots'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Form": "cart" } } }, "b": { "New": "storefront", "Routes": { "cart": {} } } }""",
        "Hub.Groups.a.Routes.home.Form", "belongs to the group 'b'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Form": "cart" }, "cart": { "Form": "cart-post" }, "cart-post": {} } } }""",
        "Hub.Groups.a.Routes.home.Form", "has a Form of its own")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Form": "home" } } } }""", "Hub.Groups.a.Routes.home.Form", "posts to itself")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Reads": [ "carts" ], "Form": "cart-post" }, "cart-post": { "Writes": [ "catalog" ] } } } }""",
        "Hub.Groups.a.Routes.home.Form", "held per customer, while its form goes to Legacy")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Writes": [ "catalog" ], "Form": "cart-post" }, "cart-post": {} } } }""",
        "Hub.Groups.a.Routes.home.Form", "writes what Legacy owns")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": {} }, "Journeys": { "j": { "First": [ "home" ], "Last": [ "cart" ] } } } }""",
        "Hub.Groups.a.Journeys.j.Last[0]", "no route 'cart'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": {} }, "Journeys": { "j": { "First": [ "cart" ] } } }, "b": { "New": "storefront", "Routes": { "cart": {} } } }""",
        "Hub.Groups.a.Journeys.j.First[0]", "belongs to the group 'b'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": {} }, "Journeys": { "j": { "First": [ "home" ] }, "k": { "First": [ "home" ] } } } }""",
        "Hub.Groups.a.Journeys.k.First[0]", "is a step of 'j' already")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": {}, "cart": { "Form": "home" } }, "Journeys": { "j": { "First": [ "home" ] }, "k": { "First": [ "cart" ] } } } }""",
        "Hub.Groups.a.Routes.cart.Form", "a step of 'k', its form's target of 'j'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": {} }, "Journeys": { "j": { "Steps": [ "home" ] } } } }""",
        "Hub.Groups.a.Journeys.j.First", "no first step")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": {} }, "Journeys": { "j": { "First": [ "home" ], "Timeout": "00:00:00" } } } }""",
        "Hub.Groups.a.Journeys.j.Timeout", "may take 00:00:00")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": {} }, "Journeys": { "j": { "First": [ "home" ] } } }, "b": { "New": "storefront", "Routes": { "cart": {} }, "Journeys": { "j": { "First": [ "cart" ] } } } }""",
        "Hub.Groups.b.Journeys.j", "both have a journey 'j'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "home": { "Ends": [ "catalog" ] } } } }""", "Hub.Groups.a.Routes.home.Ends", "'catalog' is not held per customer")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "done": { "BusinessKey": { "Kind": "order" } } } } }""",
        "Hub.Groups.a.Routes.done.BusinessKey", "none or more than one")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "done": { "BusinessKey": { "Kind": "order", "Query": "q", "Body": "b" } } } } }""",
        "Hub.Groups.a.Routes.done.BusinessKey", "none or more than one")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "done": { "BusinessKey": { "Kind": "order", "Path": "number" } } } } }""",
        "Hub.Groups.a.Routes.done.BusinessKey.Path", "'/checkout/done/{order}' has no '{number}'")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "done": { "Learns": { "Kind": "order", "Location": "/done" } } } } }""",
        "Hub.Groups.a.Routes.done.Learns.Location", "has not exactly one {}")]
    [InlineData("""{ "a": { "New": "storefront", "Routes": { "done": { "Learns": { "Kind": "order", "Location": "/{}/{}" } } } } }""",
        "Hub.Groups.a.Routes.done.Learns.Location", "has not exactly one {}")]
    public void Build_Contradiction_SaysWhatAndWhere(string groups, string path, string what)
    {
        var (table, problems) = Build($$"""
            "Datasets": {
              "catalog": {}, "prices": { "Owner": "New" }, "carts": { "Held": "per customer" }, "lists": { "Held": "per customer" } },
            "Groups": {{groups}}
            """);

        Assert.Null(table);
        var problem = Assert.Single(problems);
        Assert.Equal(path, problem.Path);
        Assert.Contains(what, problem.What, StringComparison.Ordinal);
        Assert.Equal(15, problem.Line);
        Assert.NotEmpty(problem.Why);
        Assert.NotEmpty(problem.Fix);
    }

    [Theory]
    [Trait("Rule", "7")]
    [InlineData("00:00:00")]
    [InlineData("4000.00:00:00")]
    public void Build_KeepThatControlWouldRefuse_IsToldBeforeItIs(string keep)
    {
        var (table, problems) = Build($$"""
            "Datasets": { "carts": { "Held": "per customer", "Keep": "{{keep}}" } }, "Groups": { "a": { "New": "storefront" } }
            """);

        Assert.Null(table);
        Assert.Equal("Hub.Datasets.carts.Keep", Assert.Single(problems).Path);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void Build_ShareOutOfRange_IsRefused(int share)
    {
        var (table, problems) = Build("""
            "Groups": { "a": { "New": "storefront" } }
            """, new() { ["a"] = new GroupStanding(share) });

        Assert.Null(table);
        Assert.Contains(share.ToString(CultureInfo.InvariantCulture), Assert.Single(problems).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 0)]
    [InlineData(65, 1)]
    public void Build_ManyCohorts_Takes64(int count, int refusals)
    {
        var cohorts = string.Join(", ", Enumerable.Range(0, count).Select(i => $$"""
            "c{{i}}": {}
            """));

        Assert.Equal(refusals, Build($$"""
            "Cohorts": { {{cohorts}} }
            """).Problems.Count);
    }

    private static (PlacementTable? Table, List<ConfigProblem> Problems) Build(
        string hub, Dictionary<string, GroupStanding>? standings = null, Dictionary<string, Side>? owners = null)
    {
        var problems = new List<ConfigProblem>();
        var root = ConfigNode.Read($"{{ {ReverseProxy},\n\"Hub\": {{\n{hub} }} }}", problems)!;
        var config = ConfigBinder.Bind<HubConfig>(root["Hub"], problems);
        return (PlacementTableBuilder.Build(config, root, standings ?? [], owners ?? [], 9, problems), problems);
    }
}
