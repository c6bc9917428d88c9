using System.Net;
using System.Text;
using Hub.Control.Protocol;
using Hub.Gateway.Slugs;
using Hub.Gateway.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Gateway.Tests.Slugs;

/// <summary>One path, several groups: told apart by what the slug is.</summary>
public sealed class SlugRoutesTests : IAsyncLifetime
{
    private const string Whole =
        """
        {"position":"e.1","whole":true}
        ["desk-lamp","Product","17",null,null]
        ["lamps","Category","3",null,null]
        ["grüße","Product","18",null,null]
        ["lampen","Category","3","2","de"]
        4

        """;

    private readonly StoreOfControl _control = new(TimeProvider.System);
    private Upstream _legacy = null!, _new = null!;
    private TestGateway _gateway = null!;
    private (string Body, HttpStatusCode Status) _answer = (Whole, HttpStatusCode.OK);
    private string? _asked;

    public async ValueTask InitializeAsync()
    {
        (_legacy, _new) = (await Upstream.StartAsync("legacy"), await Upstream.StartAsync("new"));
        _control.Slugs = (_, since) =>
        {
            _asked = since;
            return since == "e.2" || (since == "e.1" && _answer.Body == Whole)
                ? new HttpResponseMessage(HttpStatusCode.NoContent)
                : new HttpResponseMessage(_answer.Status) { Content = new StringContent(_answer.Body, Encoding.UTF8) };
        };
        _gateway = await TestGateway.StartAsync(_control);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _new.DisposeAsync();
        await _legacy.DisposeAsync();
    }

    [Theory]
    [InlineData("/desk-lamp", "new", "product-page")]
    [InlineData("/desk-lamp?utm_source=mail", "new", "product-page")]
    [InlineData("/gr%C3%BC%C3%9Fe", "new", "product-page")]
    [InlineData("/lamps", "legacy", "category-page")]
    [InlineData("/lampen", "legacy", "category-page")]
    [InlineData("/nobody-knows-it", "legacy", "everything")]
    [InlineData("/Desk-Lamp", "legacy", "everything")]
    [InlineData("/desk-lamp/", "legacy", "everything")]
    [InlineData("/desk-lamp/x", "legacy", "everything")]
    [InlineData("/desk%2Flamp", "legacy", "everything")]
    [InlineData("/cart", "legacy", "cart")]
    public async Task Slug_OfAKind_FlipsWithItsGroup(string path, string side, string route)
    {
        await TakeAsync();
        using var shopper = _gateway.Shopper();
        await shopper.GetAsync("/cart");

        var response = await shopper.GetAsync(path);

        Assert.Equal((side, route), (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), _gateway.Explain(response).Route));
    }

    [Fact]
    public async Task Slug_OfAStoreAndLanguage_IsTakenForThatStoreOnly()
    {
        await TakeAsync("\"Kind\": \"Category\"", "\"Kind\": \"Category\", \"Store\": \"2\", \"Language\": \"de\"");
        using var shopper = _gateway.Shopper();

        Assert.Equal("category-page", await RouteAsync(shopper, "/lampen"));
        Assert.Equal("everything", await RouteAsync(shopper, "/lamps"));
    }

    [Fact]
    public async Task Slug_ByOption_IsComparedAsLegacyDoes()
    {
        await TakeAsync("\"Columns\": {}", "\"Columns\": {}, \"IgnoreCase\": true, \"TrailingSlash\": true");
        using var shopper = _gateway.Shopper();

        Assert.Equal("product-page", await RouteAsync(shopper, "/DESK-LAMP/"));
        Assert.Equal("product-page", await RouteAsync(shopper, "/GR%C3%9C%C3%9Fe"));
        Assert.Equal("category-page", await RouteAsync(shopper, "/Lamps"));
    }

    [Fact]
    public async Task Slug_ThatChanged_IsTakenAtTheNextPoll()
    {
        await TakeAsync();
        using var shopper = _gateway.Shopper();
        Assert.Equal("everything", await RouteAsync(shopper, "/floor-lamp"));
        Assert.Equal("product-page", await RouteAsync(shopper, "/desk-lamp"));

        _answer = ("{\"position\":\"e.2\",\"whole\":false}\n[\"floor-lamp\"]\n[\"desk-lamp\"]\n[\"floor-lamp\",\"Product\",\"20\",null,null]\n3\n", HttpStatusCode.OK);
        await TestWait.UntilAsync(() => Table?.Position == "e.2");

        Assert.Equal("product-page", await RouteAsync(shopper, "/floor-lamp"));
        Assert.Equal("everything", await RouteAsync(shopper, "/desk-lamp"));
    }

    [Fact]
    public async Task Table_ThatCanNotBeGot_LeavesAllToLegacyAndIsTold()
    {
        _answer = ("{\"title\":\"No migration plane stands\",\"detail\":\"Start one.\"}", HttpStatusCode.ServiceUnavailable);
        Assert.Empty(await _gateway.TakeAsync(1, Document(), Flipped));
        using var shopper = _gateway.Shopper();

        Assert.Equal("everything", await RouteAsync(shopper, "/desk-lamp"));
        await TestWait.UntilAsync(() => Problems.Any(problem => problem.Contains("No migration plane stands", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Copy_OnDisk_ServesWhileControlIsAway()
    {
        await TakeAsync();
        await TestWait.UntilAsync(() => Directory.EnumerateFiles(_gateway.Folder, "slugs-shop.jsonl").Any());
        var folder = _gateway.Folder;
        await _gateway.DisposeAsync();
        _control.Down = true;
        _gateway = await TestGateway.StartAsync(_control, folder);
        await _gateway.TakeAsync(1, Document(), Flipped);
        await TestWait.UntilAsync(() => Table is not null);
        using var shopper = _gateway.Shopper();

        Assert.Equal("product-page", await RouteAsync(shopper, "/desk-lamp"));
        Assert.Contains(Problems, problem => problem.Contains("copy from before the start", StringComparison.Ordinal));

        _control.Down = false;
        await TestWait.UntilAsync(() => Problems.Count == 0);
        Assert.Equal("e.1", _asked);
    }

    [Fact]
    public async Task Copy_ThatIsDamaged_IsAskedForWhole()
    {
        await File.WriteAllTextAsync(Path.Combine(_gateway.Folder, "slugs-shop.jsonl"), Whole[..80], TestContext.Current.CancellationToken);
        await TakeAsync();

        Assert.Equal(4, Table!.Count);
    }

    [Theory]
    [InlineData("\"Table\": \"shop\"", "\"Table\": \"shpo\"", "shpo")]
    [InlineData("/{slug}", "/{name}", "no {slug}")]
    [InlineData("\"Dataset\": \"catalog\"", "\"Dataset\": \"catalogue\"", "catalogue")]
    [InlineData("\"Kind\": \"Category\"", "\"Knid\": \"Category\"", "Knid")]
    public async Task SlugRoute_ThatIsWrong_IsRefusedWithWords(string good, string bad, string named)
    {
        var problems = await _gateway.TakeAsync(1, Document().Replace(good, bad, StringComparison.Ordinal));

        Assert.Contains(problems, problem => problem.Contains(named, StringComparison.Ordinal));
    }

    private static readonly (string, GroupState)[] Flipped = [("products", new GroupState(10_000)), ("categories", new GroupState(0))];

    private SlugTable? Table => _gateway.Services.GetRequiredService<SlugTables>().Slot("shop").Table;

    private IReadOnlyList<string> Problems => _gateway.Services.GetRequiredService<SlugTables>().Problems();

    private async Task TakeAsync(string good = "", string bad = "")
    {
        Assert.Empty(await _gateway.TakeAsync(1, good.Length == 0 ? Document() : Document().Replace(good, bad, StringComparison.Ordinal), Flipped));
        await TestWait.UntilAsync(() => Table is not null);
    }

    private async Task<string> RouteAsync(Shopper shopper, string path) => _gateway.Explain(await shopper.GetAsync(path)).Route;

    private string Document() => $$"""
        {
          "ReverseProxy": {
            "Routes": {
              "product-page": { "ClusterId": "legacy", "Order": 10, "Match": { "Path": "/{slug}" } },
              "category-page": { "ClusterId": "legacy", "Order": 10, "Match": { "Path": "/{slug}" } },
              "cart": { "ClusterId": "legacy", "Match": { "Path": "/cart" } },
              "everything": { "ClusterId": "legacy", "Order": 1000, "Match": { "Path": "/{**rest}" } }
            },
            "Clusters": {
              "legacy": { "Destinations": { "one": { "Address": "{{_legacy.Url}}" } } },
              "storefront": { "Destinations": { "one": { "Address": "{{_new.Url}}" } } }
            }
          },
          "Hub": {
            "Groups": {
              "products": { "New": "storefront", "Routes": { "product-page": { "Slug": { "Table": "shop", "Kind": "Product" } } } },
              "categories": { "New": "storefront", "Routes": { "category-page": { "Slug": { "Table": "shop", "Kind": "Category" } } } }
            },
            "Slugs": { "shop": { "Dataset": "catalog", "Target": "product", "Table": "slug", "Columns": {} } },
            "Datasets": { "catalog": {} }
          }
        }
        """;
}
