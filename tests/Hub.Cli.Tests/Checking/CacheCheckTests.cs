using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hub.Cli.Tests.Checking;

/// <summary>A gateway with a cache before it, by what both answer.</summary>
[Trait("Rule", "10")]
public sealed class CacheCheckTests : IDisposable
{
    private readonly Hand _hand = new();
    private int _asked;

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task Check_CacheKeepsWhatIsNotDeclared_IsTold()
    {
        var output = await CheckAsync("{}", "{}", answer => answer.Headers.Append("X-Varnish", "32770 3"));

        Assert.Contains("Hub.Groups.catalog.Routes.page: a cache in front keeps /page, and the route 'page' is not declared as cached", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_CacheThatSaysNothing_IsSeenByTheSameRequestId()
    {
        var output = await CheckAsync("{}", "{}", answer => answer.Headers["Hub-Request-Id"] = "kept");

        Assert.Contains("a cache in front keeps /page", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_CookieInWhatIsKept_IsTold()
    {
        var output = await CheckAsync("""{ "Cached": "Url" }""", "{}", answer =>
        {
            answer.Headers.Append("X-Cache", "HIT");
            answer.Headers.Append("Set-Cookie", "hub=somebody");
        });

        Assert.Contains("/page is kept for many customers with the cookie hub", output, StringComparison.Ordinal);
        Assert.DoesNotContain("not declared", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_TwoCustomersSeeDifferentPagesOfACachedRoute_IsTold()
    {
        var output = await CheckAsync("""{ "Cached": "Url" }""", "{}", _ => { }, request => $"hello {request.Headers.Cookie}");

        Assert.Contains("/page answers two customers differently, and the route 'page' is declared as cached", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_RouteWithParameters_IsAskedByAnAddressOfTheHomePage()
    {
        var output = await CheckAsync("{}", "{}", answer => answer.Headers.Append("CF-Cache-Status", "HIT"), path: "/assets/{**rest}");

        Assert.Contains("a cache in front keeps /assets/shop.css", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_PurgeHookNotReached_IsToldAndNothingIsPurged()
    {
        var output = await CheckAsync(
            """{ "Cached": "Url" }""", """{ "front": { "Url": "http://127.0.0.1:1/", "Secrets": { "X-Purge-Secret": "env:NOT_SET" } } }""", _ => { });

        Assert.Contains("Hub.Caches.Purge.front.Url: the cache 'front' is not reached", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NoGatewayThere_SaysThatCachesWereNotLookedAt()
    {
        var output = await CheckAsync("""{ "Cached": "Url" }""", "{}", answer => answer.Headers.Remove("Hub-Request-Id"));

        Assert.Contains("what caches in front of it do was not looked at", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Cached": "Url" }""", "X-Cache", "HIT")]
    [InlineData("""{ "Cached": "Url" }""", "Age", "7")]
    [InlineData("{}", "X-Cache", "MISS")]
    [InlineData("{}", "X-Varnish", "32770")]
    [InlineData("{}", "Set-Cookie", "hub=somebody")]
    public async Task Check_CacheThatDoesWhatIsDeclared_SaysNothing(string route, string header, string value)
    {
        var output = await CheckAsync(route, "{}", answer => answer.Headers.Append(header, value), request => $"{request.Path}: {_asked}");

        Assert.DoesNotContain("cache", output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("customers", output, StringComparison.Ordinal);
    }

    /// <param name="kept">What the cache does to the answers of the route.</param>
    private async Task<string> CheckAsync(
        string route, string purge, Action<HttpResponse> kept, Func<HttpRequest, string>? page = null, string path = "/page")
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var shop = builder.Build();
        shop.Run(context =>
        {
            Assert.Equal("GET", context.Request.Method);
            var asked = Interlocked.Increment(ref _asked);
            context.Response.ContentType = "text/html";
            context.Response.Headers["Hub-Request-Id"] = $"id-{asked}";
            if (context.Request.Path != "/")
            {
                kept(context.Response);
                return context.Response.WriteAsync(page?.Invoke(context.Request) ?? "page");
            }

            if (route.Contains("Cached", StringComparison.Ordinal) && page is null)
            {
                kept(context.Response);
            }

            context.Response.Headers.SetCookie = $"visitor={asked}; Path=/";
            return context.Response.WriteAsync("<link rel=stylesheet href=/assets/shop.css><a href=/elsewhere>");
        });
        await shop.StartAsync(TestContext.Current.CancellationToken);
        var address = shop.Urls.Single();
        var config = $$"""
            { "ReverseProxy": { "Routes": {
                "page": { "ClusterId": "legacy", "Match": { "Path": "{{path}}", "Methods": [ "GET", "HEAD" ] } },
                "rest": { "ClusterId": "legacy", "Order": 9, "Match": { "Path": "/{**rest}" } } },
              "Clusters": { "legacy": { "Destinations": { "one": { "Address": "{{address}}" } } }, "new": { "Destinations": { "one": { "Address": "{{address}}" } } } } },
            "Hub": { "PublicUrl": "{{address}}", "Caches": { "Purge": {{purge}} },
              "Groups": { "catalog": { "New": "new", "Routes": { "page": {{route}} } } } } }
            """;
        await File.WriteAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), config, TestContext.Current.CancellationToken);

        var check = await _hand.TypeAsync("check");

        Assert.Contains("0 errors", check.Error, StringComparison.Ordinal);
        return check.Output;
    }
}
