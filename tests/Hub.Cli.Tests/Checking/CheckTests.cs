namespace Hub.Cli.Tests.Checking;

public sealed class CheckTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    public static TheoryData<string, string> WrongConfigs { get; } = new()
    {
        { "{ \"ReverseProxy\": ", "hub.json:1 the file is not JSON" },
        { "{\n\"Hubb\": {} }", "hub.json:1 Hub: there is no section 'Hub'" },
        { Config(hub: "\"Groupz\": {}"), "hub.json:5 Hub.Groupz: 'Groupz' is not known here" },
        { Config(hub: "\"Groups\": { \"catalog\": { \"New\": \"nowhere\", \"Routes\": { \"all\": {} } } }"), "there is no cluster 'nowhere'" },
        { Config(hub: "\"Groups\": { \"catalog\": { \"New\": \"new\", \"Routes\": { \"al\": {} } } }"), "there is no route 'al'" },
        { Config(hub: "\"Groups\": { \"catalog\": { \"Routes\": { \"all\": {} } } }"), "'New' is missing" },
        { Config(hub: "\"Groups\": { \"a\": { \"New\": \"new\", \"Routes\": { \"all\": { \"Reads\": [\"catalog\"] } } } }"), "'catalog'" },
        { Config(hub: "\"Datasets\": { \"carts\": { \"Held\": \"sometimes\" } }"), "'sometimes' is not one of" },
        { Config(hub: "\"Salt\": \"a\", \"Salt\": \"b\""), "'Salt' stands here twice" },
        { Config(route: "\"Mach\": { \"Path\": \"/\" }"), "hub.json:3 ReverseProxy.Routes.all.Mach: YARP does not know 'Mach' here" },
        { Config(route: "\"Match\": {}"), "hub.json:3 ReverseProxy.Routes.all: " },
        { Config(route: "\"Match\": { \"Path\": \"/{**rest\" }"), "YARP refuses the route" },
        { Config(route: "\"Order\": \"first\", \"Match\": { \"Path\": \"/\" }"), "a value is of a wrong kind" },
        { Config(cluster: "nobody"), "there is no cluster 'legacy'" },
        { Config(hub: "\"Datasets\": { \"catalog\": { \"Source\": { \"Sqlite\": \"a.db\", \"Tables\": [\"A\"] } } }"), "catalog has a Source and no Targets" },
        { Config(hub: "\"Connectors\": { \"erp\": { \"Vendor\": \"sapp\" } }"), "'sapp' is no vendor that is known here" },
        { Config(hub: "\"Bus\": { \"Transport\": \"pigeon\", \"Connection\": \"Host=db\" }"), "'pigeon' is no bus that is known here" },
        { Config(hub: "\"Orders\": { \"Intake\": \"later\" }"), "'later' is no time" },
        { Config(kestrel: "{ \"Endpoints\": { \"a\": { \"Url\": \"nonsense\" } } }"), "'nonsense' is no address to listen on" },
        { Config(kestrel: "{ \"Endpoints\": { \"a\": { \"Url\": \"https://*:443\" } } }"), "is https and has no certificate" },
        { Config(kestrel: "{ \"Endpoints\": { \"a\": { \"Url\": \"https://*:443\", \"Certificate\": { \"Path\": \"none.pem\" } } } }"), "there is no file 'none.pem'" },
    };

    [Theory]
    [MemberData(nameof(WrongConfigs))]
    public async Task Check_WrongConfig_SaysFileLineWhatAndWhatToDo(string config, string expected)
    {
        await WriteAsync(config);

        var check = await _hand.TypeAsync("check", "--offline");

        Assert.Equal(1, check.ExitCode);
        Assert.Contains(expected, check.Output, StringComparison.Ordinal);
        Assert.Contains("To do: ", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ManyWrong_TellsAllAtOnce()
    {
        await WriteAsync(Config(
            hub: "\"Groupz\": {}, \"Datasets\": { \"carts\": { \"Held\": \"sometimes\" } }", route: "\"Mach\": { \"Path\": \"/\" }"));

        var check = await _hand.TypeAsync("check", "--offline");

        Assert.Contains("Groupz", check.Output, StringComparison.Ordinal);
        Assert.Contains("sometimes", check.Output, StringComparison.Ordinal);
        Assert.Contains("Mach", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_LinksLeadAroundTheGateway_AreFound()
    {
        await using var shop = await ShopStandIn.StartAsync(
            "<base href='http://old.shop.example/'><a href='http://{host}/fine'>1</a><a href='https://www.shop.example/p'>2</a>"
            + "<form action='http://shop.example:81/pay'></form><a href='https://elsewhere.example/'>3</a>",
            "SESSION=1; Domain=.other.example");
        await WriteAsync(Config(hub: "\"PublicUrl\": \"http://shop.example\"", address: shop.Address.ToString()));

        var check = await _hand.TypeAsync("check");

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("names http://old.shop.example by <base>", check.Output, StringComparison.Ordinal);
        Assert.Contains("names https://www.shop.example by <a>", check.Output, StringComparison.Ordinal);
        Assert.Contains("names http://shop.example:81 by <form>", check.Output, StringComparison.Ordinal);
        Assert.Contains("cookie SESSION for the domain other.example", check.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", check.Output, StringComparison.Ordinal);
        Assert.Contains("0 errors, 4 warnings", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_RedirectAroundTheGateway_IsFound()
    {
        await using var shop = await ShopStandIn.StartAsync("http://old.shop.example/home");
        await WriteAsync(Config(hub: "\"PublicUrl\": \"http://shop.example\"", address: shop.Address.ToString()));

        Assert.Contains("redirects to http://old.shop.example/home", (await _hand.TypeAsync("check")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NoPublicUrl_SaysThatLinksWereNotLookedAt()
    {
        await using var shop = await ShopStandIn.StartAsync("");
        await WriteAsync(Config(address: shop.Address.ToString()));

        Assert.Contains("the shop's public address is not told", (await _hand.TypeAsync("check")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_UpstreamDown_IsAWarning()
    {
        await WriteAsync(Config());

        var check = await _hand.TypeAsync("check");

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("warning: hub.json:4 ReverseProxy.Clusters.legacy.Destinations.one.Address: http://127.0.0.1:1/ is not reached", check.Output, StringComparison.Ordinal);
    }

    private static string Config(
        string hub = "", string route = "\"Match\": { \"Path\": \"/{**rest}\" }", string cluster = "legacy",
        string address = "http://127.0.0.1:1/", string kestrel = "{}") => $$"""
        { "Kestrel": {{kestrel}},
        "ReverseProxy": { "Routes": {
          "all": { "ClusterId": "legacy", {{route}} } },
          "Clusters": { "{{cluster}}": { "Destinations": { "one": { "Address": "{{address}}" } } }, "new": { "Destinations": { "one": { "Address": "{{address}}" } } } } },
        "Hub": { {{hub}} } }
        """;

    private Task WriteAsync(string config) =>
        File.WriteAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), config, TestContext.Current.CancellationToken);
}
