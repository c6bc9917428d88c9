using System.Net;
using System.Text.Json;
using Hub.Gateway.Pages;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Tests.Pages;

public sealed class PagesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeadSide_ForABrowser_ShowsTheShopsPageInItsLanguage()
    {
        await using var shop = await StartAsync("""
            { "Name": "Town & Shop", "Color": "#0a7d4f", "Logo": "data:image/svg+xml;base64,PHN2Zy8+" }
            """);
        using var shopper = shop.Gateway.Shopper();

        var answer = await shopper.GetAsync("/", ("Accept", "text/html"), ("Accept-Language", "fr, de;q=0.8, en;q=0.1"));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("de", Assert.Single(answer.Content.Headers.ContentLanguage));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.NotNull(answer.Headers.RetryAfter);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("Der Shop antwortet gerade nicht", page, StringComparison.Ordinal);
        Assert.Contains("Town &amp; Shop", page, StringComparison.Ordinal);
        Assert.Contains("#0a7d4f", page, StringComparison.Ordinal);
        Assert.Contains("data:image/svg&#x2B;xml;base64,PHN2Zy8&#x2B;", page, StringComparison.Ordinal);
        Assert.Contains(answer.Headers.GetValues("Hub-Request-Id").Single(), page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeadSide_ForAProgram_IsAProblem()
    {
        await using var shop = await StartAsync("{}");
        using var shopper = shop.Gateway.Shopper();

        var answer = await shopper.GetAsync("/", ("Accept", "application/json"));

        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(502, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(5, problem.RootElement.GetProperty("retryAfter").GetInt32());
    }

    [Fact]
    public async Task DeadSide_AfterAForm_SaysThatNobodyKnowsWhetherItArrived()
    {
        await using var shop = await StartAsync("{}");
        using var shopper = shop.Gateway.Shopper();

        var answer = await shopper.PostAsync("/cart/add", "productId=1", ("Accept", "text/html"));

        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("is not known", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv=\"refresh\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnPage_OfTheLanguage_IsShownAsItStands()
    {
        await using var shop = await StartAsync("""
            { "Own": { "fr": { "Unavailable": "<h1>Fermé</h1> {seconds} {id}" } } }
            """);
        using var shopper = shop.Gateway.Shopper();

        var answer = await shopper.GetAsync("/", ("Accept", "text/html"), ("Accept-Language", "fr-CA"));

        Assert.Equal(
            $"<h1>Fermé</h1> 5 {answer.Headers.GetValues("Hub-Request-Id").Single()}", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task ErrorOfASide_IsItsOwnAnswer()
    {
        await using var shop = await Shop.StartAsync();
        shop.New.Answer = async context =>
        {
            context.Response.StatusCode = 503;
            await context.Response.WriteAsync("its own");
        };
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        var answer = await shopper.GetAsync("/", ("Accept", "text/html"));

        Assert.Equal("its own", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Head_AndGrpc_GetNoPage()
    {
        await using var shop = await StartAsync("{}");
        using var client = new HttpClient { BaseAddress = shop.Gateway.Url };

        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/anything"), Cancel);
        using var content = new ByteArrayContent([0]) { Headers = { { "Content-Type", "application/grpc" } } };
        using var grpc = await client.PostAsync("/anything", content, Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, head.StatusCode);
        Assert.Equal("", await grpc.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("de", "de")]
    [InlineData("de-CH, en;q=0.9", "de")]
    [InlineData("en;q=0.2, de;q=0.1", "en")]
    [InlineData("it, *;q=0.1", "en")]
    [InlineData("de;q=0", "en")]
    [InlineData("de;q=nonsense, en", "en")]
    [InlineData("", "en")]
    public void Language_OfAClient_IsTheOneItLikesBest(string header, string expected) =>
        Assert.Equal(expected, PageLanguage.Of(header, ["en", "de"], "en"));

    [Fact]
    public void Language_AfterManyOthers_IsNotRead() =>
        Assert.Equal("en", PageLanguage.Of(string.Join(',', Enumerable.Repeat("xx", 10_000)) + ",de", ["en", "de"], "en"));

    [Theory]
    [InlineData("""{ "Logo": "/logo.svg" }""", "the logo is '/logo.svg'")]
    [InlineData("""{ "Color": "red;} body { display:none" }""", "Color")]
    [InlineData("""{ "Language": "fr" }""", "there are no pages in 'fr'")]
    public async Task Document_WithALookThatCanNotBe_IsRefusedWithTheReason(string pages, string what)
    {
        await using var shop = await Shop.StartAsync();

        var problems = await shop.Gateway.TakeAsync(2, With(shop, pages));

        Assert.Contains(problems, problem => problem.Contains(what, StringComparison.Ordinal));
    }

    /// <summary>A shop both of whose sides are dead.</summary>
    private static async Task<Shop> StartAsync(string pages)
    {
        var shop = await Shop.StartAsync();
        Assert.Empty(await shop.Gateway.TakeAsync(2, With(shop, pages), Shop.All(0)));
        await shop.Legacy.DisposeAsync();
        await shop.New.DisposeAsync();
        return shop;
    }

    private static string With(Shop shop, string pages) =>
        shop.Document.Replace("\"Hub\": {", $"\"Hub\": {{ \"Pages\": {pages},", StringComparison.Ordinal);
}
