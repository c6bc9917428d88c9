using Hub.Cli.Playing;
using Hub.Town;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Cli.Tests.Checking;

[Trait("Rule", "5")]
public sealed class FormCheckTests : IDisposable
{
    private const string Token = "<input type=hidden name=__RequestVerificationToken value=1>";

    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Theory]
    [InlineData("""{ "cart": { "Reads": ["carts"] }, "cart-post": { "Writes": ["carts"] } }""",
        "Hub.Groups.checkout.Routes.cart", "write \"Form\": \"cart-post\" into Hub.Groups.checkout.Routes.cart")]
    [InlineData("""{ "cart-post": { "Writes": ["carts"] } }""",
        "ReverseProxy.Routes.cart", "put the page into the group 'checkout' as well, by a route of its own with \"Form\": \"cart-post\"")]
    [InlineData("""{ "cart": { "Form": "login-post" }, "login-post": { "Through": ["carts"] }, "cart-post": { "Writes": ["carts"] } }""",
        "Hub.Groups.checkout.Routes.cart", "a page has one Form, and 'cart' declares 'login-post'")]
    public async Task Check_FormNotDeclared_IsTold(string routes, string path, string fix)
    {
        var output = await CheckAsync(routes, $"<form method=POST action='/cart/update?x=1'>{Token}</form>");

        Assert.Contains($"{path}: the page /cart?from=home (route 'cart') has a form with a token that posts to /cart/update (route 'cart-post' of the group 'checkout')", output, StringComparison.Ordinal);
        Assert.Contains(fix, output, StringComparison.Ordinal);
        Assert.Single(output.Split(Environment.NewLine), line => line.Contains("posts to", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "cart": { "Form": "cart-post" }, "cart-post": { "Writes": ["carts"] } }""", "<form method=post action=/cart/update>" + Token)]
    [InlineData("""{ "cart": { "Form": "cart-post" }, "cart-post": { "Writes": ["carts"] }, "login-post": { "Writes": ["carts"] } }""",
        "<form method=post action=/login>" + Token)]
    [InlineData("""{ "cart": {}, "cart-post": { "Writes": ["carts"] } }""", "<form method=post action=/cart/update><input type=hidden name=lines>")]
    [InlineData("""{ "cart": {}, "cart-post": { "Writes": ["carts"] } }""", "<form action=/cart/update>" + Token)]
    [InlineData("""{ "cart": {}, "cart-post": { "Writes": ["carts"] } }""", "<form method=post action=/elsewhere>" + Token)]
    [InlineData("""{ "cart": {}, "cart-post": { "Writes": ["carts"] } }""", "<form method=post action=http://other.example/cart/update>" + Token)]
    public async Task Check_NoSuchForm_SaysNothing(string routes, string form) =>
        Assert.DoesNotContain("posts to", await CheckAsync(routes, form), StringComparison.Ordinal);

    [Fact]
    public async Task Check_ManyLinks_SeesOneOfEachRouteFirst()
    {
        var links = string.Concat(Enumerable.Range(0, 500).Select(i => $"<a href=/p/{i}>p</a>"));

        var output = await CheckAsync(
            """{ "cart": {}, "cart-post": { "Writes": ["carts"] } }""", $"<form method=post action=/cart/update>{Token}", links);

        Assert.Contains("posts to /cart/update", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Town_HasNone()
    {
        var folder = Path.Combine(_hand.Folder, "town");
        var shop = new Uri("http://localhost:8080/");
        await using var town = await Town.Town.StartAsync(
            new TownOptions { Folder = folder, PublicUrl = shop, Loggers = NullLoggerFactory.Instance }, TestContext.Current.CancellationToken);
        await TownConfig.WriteAsync(Path.Combine(_hand.Folder, "hub.json"), folder, shop, town.Addresses, TestContext.Current.CancellationToken);

        var check = await _hand.TypeAsync("check");

        Assert.DoesNotContain("posts to", check.Output, StringComparison.Ordinal);
        Assert.Contains("0 errors", check.Error, StringComparison.Ordinal);
    }

    private async Task<string> CheckAsync(string routes, string form, string links = "")
    {
        await using var shop = await ShopStandIn.StartAsync(new Dictionary<string, string>
        {
            ["/cart?from=home"] = form,
            [""] = $"{links}<a href='http://shop.example/cart?from=home'>cart</a><a href='http://other.example/'>other</a>",
        });
        var config = $$"""
            { "ReverseProxy": { "Routes": {
                "cart": { "ClusterId": "legacy", "Match": { "Path": "/cart", "Methods": ["GET"] } },
                "cart-post": { "ClusterId": "legacy", "Match": { "Path": "/cart/update", "Methods": ["POST"] } },
                "login-post": { "ClusterId": "legacy", "Match": { "Path": "/login", "Methods": ["POST"] } },
                "everything": { "ClusterId": "legacy", "Order": 9, "Match": { "Path": "/{**rest}" } } },
              "Clusters": { "legacy": { "Destinations": { "one": { "Address": "{{shop.Address}}" } } }, "new": { "Destinations": { "one": { "Address": "{{shop.Address}}" } } } } },
            "Hub": { "PublicUrl": "http://shop.example", "Datasets": { "carts": { "Held": "per customer" } },
              "Groups": { "checkout": { "New": "new", "Routes": {{routes}} } } } }
            """;
        await File.WriteAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), config, TestContext.Current.CancellationToken);

        var check = await _hand.TypeAsync("check");

        Assert.Contains("0 errors", check.Error, StringComparison.Ordinal);
        return check.Output;
    }
}
