using System.Net;
using Hub.Gateway.Tests.Hosting;
using Hub.Gateway.Versions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Versions;

public sealed class VersionTests : IAsyncLifetime
{
    // The day of a version's end: each second that a clock is set on is a tick of the gateway's timers.
    private static readonly DateTimeOffset Now = new(2027, 6, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private Upstream _one = null!;
    private Upstream _two = null!;
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        (_one, _two) = (await Upstream.StartAsync("one"), await Upstream.StartAsync("two"));
        _gateway = await TestGateway.StartAsync(time: _time);
        Assert.Empty(await _gateway.TakeAsync(1, Document()));
    }

    [Theory]
    [InlineData("/v1/orders", null, "one")]
    [InlineData("/v2/orders", null, "two")]
    [InlineData("/orders", null, "one")]
    [InlineData("/orders", "2", "two")]
    [InlineData("/orders?api-version=2", null, "two")]
    public async Task Versions_ByPathHeaderOrQuery_StandBesideEachOther(string target, string? header, string side)
    {
        using var client = _gateway.Shopper();

        var response = await client.GetAsync(target, header is null ? [] : [("Api-Version", header)]);

        Assert.Equal(side, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Deprecated_Version_SaysSinceWhenUntilWhenAndWhereToRead()
    {
        _one.Answer = context =>
        {
            context.Response.Headers.Link = "</style.css>; rel=\"preload\"";
            return context.Response.WriteAsync("one");
        };
        using var client = _gateway.Shopper();

        var old = await client.GetAsync("/v1/orders");
        var current = await client.GetAsync("/v2/orders");

        // RFC 9745, section 2.1: an RFC 9651 Date; the very example of the RFC.
        Assert.Equal("@1688169599", Assert.Single(old.Headers.GetValues("Deprecation")));
        Assert.Equal("Wed, 30 Jun 2027 23:59:59 GMT", Assert.Single(old.Headers.GetValues("Sunset")));
        Assert.Equal(
            "</style.css>; rel=\"preload\", <https://docs.test/v1>; rel=\"deprecation\", <https://docs.test/end>; rel=\"sunset\", </v2/orders>; rel=\"successor-version\"",
            string.Join(", ", old.Headers.GetValues("Link")));
        Assert.False(current.Headers.Contains("Deprecation") || current.Headers.Contains("Sunset") || current.Headers.Contains("Link"));
    }

    [Fact]
    public async Task Version_ThatEndsAtItsSunset_IsGoneFromThenOnAndReachesNoSide()
    {
        using var client = _gateway.Shopper();
        _time.SetUtcNow(new DateTimeOffset(2027, 6, 30, 23, 59, 58, TimeSpan.Zero));
        var before = await client.GetAsync("/v1/orders");
        _time.Advance(TimeSpan.FromSeconds(1));

        var after = await client.GetAsync("/v1/orders");

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.Gone, after.StatusCode);
        Assert.Equal("application/problem+json", after.Content.Headers.ContentType?.MediaType);
        Assert.Contains("successor-version", string.Join(", ", after.Headers.GetValues("Link")), StringComparison.Ordinal);
        Assert.Single(_one.Requests);
    }

    [Fact]
    public async Task Consumers_OfAVersion_AreCountedByAgentAndOtherRoutesAreNot()
    {
        using var client = _gateway.Shopper();
        await client.GetAsync("/v1/orders", ("User-Agent", "okhttp/4.12.0"));
        _time.Advance(TimeSpan.FromMinutes(1));
        await client.GetAsync("/v1/orders", ("User-Agent", "okhttp/4.9.1"));
        await client.GetAsync("/v1/orders", ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/141.0"));
        await client.GetAsync("/v2/orders", ("User-Agent", "okhttp/4.9.1"));

        var views = _gateway.Services.GetRequiredService<Consumers>().View();

        Assert.Equal(2, views.Length);
        var app = Assert.Single(views, view => view.Consumer == "okhttp");
        Assert.Equal(("agent", "orders-v1", "1", 2L, Now, Now.AddMinutes(1)), (app.Kind, app.Route, app.Version, app.Requests, app.FirstAt, app.LastAt));
        Assert.Equal(2027, app.Sunset?.Year);
        Assert.Single(views, view => view.Consumer == "browser");
    }

    [Fact]
    public async Task Consumers_AreBoundedWhateverAgentsComeAndSurviveARestart()
    {
        var consumers = _gateway.Services.GetRequiredService<Consumers>();
        using var client = _gateway.Shopper();
        await client.GetAsync("/v1/orders");
        var exchange = new Exchange(_gateway.Model, Routes("orders-v1"), Now, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var context = new DefaultHttpContext();
            context.Request.Headers.UserAgent = $"agent-{i}/1";
            consumers.Count(context, exchange);
        }

        var before = consumers.View();
        await _gateway.DisposeAsync();
        await using var again = await TestGateway.StartAsync(folder: _gateway.Folder, time: _time);

        Assert.InRange(before.Length, 1, 5_001);
        Assert.Equal(20_001, before.Sum(view => view.Requests));
        Assert.Equal(20_001, again.Services.GetRequiredService<Consumers>().View().Sum(view => view.Requests));
    }

    [Theory]
    [InlineData("", "(none)")]
    [InlineData("curl/8.5.0", "curl")]
    [InlineData("python-requests/2.32", "python-requests")]
    [InlineData("\u0001\u0002", "(unnamed)")]
    [InlineData("a-name-that-is-longer-than-anybody-needs/1", "a-name-that-is-longer-than-anybo")]
    public void Family_OfAUserAgent_IsItsFirstProduct(string agent, string family) => Assert.Equal(family, AgentFamily.Of(agent));

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    private Yarp.ReverseProxy.Model.RouteModel Routes(string id) =>
        _gateway.Services.GetRequiredService<Yarp.ReverseProxy.IProxyStateLookup>().TryGetRoute(id, out var route) ? route : throw new InvalidOperationException(id);

    private string Document() => $$"""
        {
          "ReverseProxy": {
            "Routes": {
              "orders-v1": { "ClusterId": "one", "Match": { "Path": "/v1/orders" } },
              "orders-v2": { "ClusterId": "two", "Match": { "Path": "/v2/orders" } },
              "by-header": { "ClusterId": "two", "Match": { "Path": "/orders", "Headers": [ { "Name": "Api-Version", "Values": [ "2" ], "Mode": "ExactHeader" } ] } },
              "by-query": { "ClusterId": "two", "Match": { "Path": "/orders", "QueryParameters": [ { "Name": "api-version", "Values": [ "2" ], "Mode": "Exact" } ] } },
              "by-default": { "ClusterId": "one", "Order": 10, "Match": { "Path": "/orders" } }
            },
            "Clusters": {
              "one": { "Destinations": { "one": { "Address": "{{_one.Url}}" } } },
              "two": { "Destinations": { "one": { "Address": "{{_two.Url}}" } } }
            }
          },
          "Hub": {
            "Routes": {
              "orders-v1": { "Version": {
                "Name": "1", "Deprecated": "2023-06-30T23:59:59Z", "Sunset": "2027-06-30T23:59:59Z", "EndsAtSunset": true,
                "DeprecationPage": "https://docs.test/v1", "SunsetPage": "https://docs.test/end", "Successor": "/v2/orders" } }
            }
          }
        }
        """;
}
