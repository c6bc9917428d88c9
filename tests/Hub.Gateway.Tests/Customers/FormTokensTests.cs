using System.Net;
using System.Net.Http.Json;
using Hub.Gateway.Customers;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Customers;

[Trait("Rule", "5")]
public sealed class FormTokensTests
{
    private const string Config = """
        "Cookies": [ "SHOPSESSION" ],
        "FormTokens": {
          "newsletter": { "Cluster": "legacy", "Page": "/newsletter?from=hub", "Field": "__token", "Cookie": "SHOPTOKEN" },
          "nowhere": { "Cluster": "legacy", "Page": "/gone", "Field": "__token" } }
        """;

    [Fact]
    public async Task PageOfNew_WhoseFormPostsToLegacy_GetsATokenThatLegacyTakes()
    {
        await using var shop = await StartAsync();
        using var shopper = shop.Gateway.Shopper();
        shopper.Cookies["SHOPSESSION"] = "s1";
        await shopper.GetAsync("/");

        var response = await shopper.GetAsync("/.well-known/hub-form-token/newsletter");
        var token = (await response.Content.ReadFromJsonAsync<FormToken>(TestContext.Current.CancellationToken))!;
        var taken = await shopper.PostAsync("/newsletter", $"{token.Field}={Uri.EscapeDataString(token.Value)}&email=a");
        var forged = await shopper.PostAsync("/newsletter", "__token=1&email=a");

        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal(Side.Legacy, shop.Gateway.Explain(taken).Side);
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        var asked = Assert.Single(shop.Legacy.Requests, request => request.Target == "/newsletter?from=hub");
        Assert.Equal("SHOPSESSION=s1", asked.Header("Cookie"));
    }

    [Fact]
    public async Task Form_ThatIsNotDeclaredOrWhosePageHasNoToken_IsAProblem()
    {
        await using var shop = await StartAsync();
        using var shopper = shop.Gateway.Shopper();

        Assert.Equal(HttpStatusCode.NotFound, (await shopper.GetAsync("/.well-known/hub-form-token/other")).StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, (await shopper.GetAsync("/.well-known/hub-form-token/nowhere")).StatusCode);
        await shop.Legacy.DisposeAsync();
        Assert.Equal(HttpStatusCode.BadGateway, (await shopper.GetAsync("/.well-known/hub-form-token/newsletter")).StatusCode);
    }

    [Fact]
    public async Task Legacy_ThatHangs_CostsTheFormsBudget()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var shop = await StartAsync(time);
        var never = new TaskCompletionSource();
        shop.Legacy.Answer = _ => never.Task;
        using var shopper = shop.Gateway.Shopper();

        var asking = shopper.GetAsync("/.well-known/hub-form-token/newsletter");
        await TestWait.UntilAsync(() => !shop.Legacy.Requests.IsEmpty);
        time.Advance(TimeSpan.FromSeconds(2.1));

        Assert.Equal(HttpStatusCode.GatewayTimeout, (await asking).StatusCode);
        never.SetResult();
    }

    private static async Task<Shop> StartAsync(TimeProvider? time = null)
    {
        var shop = await Shop.StartAsync(time: time, customer: Config);
        shop.Legacy.Answer = async context =>
        {
            context.Response.ContentType = "text/html";
            switch (context.Request.Path.Value, context.Request.Method)
            {
                case ("/api/me", _):
                    await context.Response.WriteAsJsonAsync(new { cart = 0 });
                    break;
                case ("/newsletter", "GET"):
                    context.Response.Headers.SetCookie = "SHOPTOKEN=c1; path=/";
                    await context.Response.WriteAsync("<html><form><input name=email><input type=hidden value='a&amp;b &quot;c' name='__token'></form>");
                    break;
                case ("/newsletter", "POST"):
                    var form = await context.Request.ReadFormAsync();
                    context.Response.StatusCode = form["__token"] == "a&b \"c" && context.Request.Cookies["SHOPTOKEN"] == "c1" ? 200 : 404;
                    break;
                default:
                    context.Response.StatusCode = 404;
                    break;
            }
        };
        return shop;
    }
}
