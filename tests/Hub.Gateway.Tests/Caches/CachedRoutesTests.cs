using Hub.Configuration;
using Hub.Control.Protocol;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Tests.Caches;

[Trait("Rule", "10")]
public sealed class CachedRoutesTests
{
    [Fact]
    public async Task CachedByUrl_HasOneSideForEverybodyAndNoCustomer()
    {
        await using var shop = await CachedShop.StartAsync(5_000);
        using var anna = shop.Gateway.Shopper();
        using var bert = shop.Gateway.Shopper();
        await anna.GetAsync("/account");
        await bert.GetAsync("/account");
        var sides = new HashSet<Side>();
        for (var i = 0; i < 40; i++)
        {
            var one = await anna.GetAsync($"/products/{i}?b=2&a=1&utm_source=mail");
            var other = await bert.GetAsync($"/products/{i}?a=1&b=2");
            var facts = shop.Gateway.Explain(one);
            sides.Add(facts.Side);

            Assert.Equal((facts.Side, PlacementReason.CacheKey), (shop.Gateway.Explain(other).Side, facts.Reason));
            Assert.False(one.Headers.Contains("Set-Cookie"));
            Assert.Equal(["hub-catalog"], one.Headers.GetValues("Surrogate-Key"));
        }

        Assert.Equal(2, sides.Count);
        Assert.All(shop.New.Requests.Where(request => request.Target.StartsWith("/products", StringComparison.Ordinal)),
            request => Assert.DoesNotContain(request.Headers.Keys, name => name.StartsWith("Hub-", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task CachedByUrl_RolledBack_IsLegacys()
    {
        await using var shop = await CachedShop.StartAsync(10_000);
        using var shopper = shop.Gateway.Shopper();
        Assert.Equal(Side.New, shop.Gateway.Explain(await shopper.GetAsync("/products/1")).Side);

        await shop.Gateway.TakeAsync(2, null, ("catalog", new GroupState(0, 2, 0, RolledBack: true)));

        Assert.Equal(PlacementReason.RolledBack, shop.Gateway.Explain(await shopper.GetAsync("/products/1")).Reason);
    }

    [Theory]
    [InlineData(5_000, "new", Side.New, false)]
    [InlineData(5_000, "legacy", Side.Legacy, false)]
    [InlineData(5_000, "both", Side.Legacy, false)]
    [InlineData(0, "new", Side.Legacy, true)]
    [InlineData(10_000, "legacy", Side.New, true)]
    public async Task CachedByHeader_GoesWhereTheCacheAsks_UnlessNobodyIsToSeeThatSide(int share, string asked, Side side, bool forbidden)
    {
        await using var shop = await CachedShop.StartAsync(share);
        using var cache = shop.Gateway.Shopper();

        var answer = await cache.GetAsync("/pages/about", ("Hub-Side", asked));

        Assert.Equal(side, shop.Gateway.Explain(answer).Side);
        Assert.Equal(["Hub-Side"], answer.Headers.Vary);
        Assert.Equal(forbidden, answer.Headers.CacheControl?.NoStore ?? false);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task CachedByHeader_TheBrowserIsToldItsSide_OnAnswersThatNoCacheKeeps()
    {
        await using var shop = await CachedShop.StartAsync(10_000);
        using var shopper = shop.Gateway.Shopper();

        await shopper.GetAsync("/account");
        Assert.Equal("new", shopper.Cookies["hub-side-pages"]);
        Assert.False((await shopper.GetAsync("/account")).Headers.Contains("Set-Cookie"));

        await shop.Gateway.TakeAsync(2, null, CachedShop.At(0));
        await shopper.GetAsync("/account");
        Assert.Equal("legacy", shopper.Cookies["hub-side-pages"]);
    }

    [Theory]
    [InlineData("/products/1")]
    [InlineData("/moved")]
    public async Task AnswerPlacedByARevisionThatIsOver_IsKeptByNoCache(string path)
    {
        await using var shop = await CachedShop.StartAsync(10_000);
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/account");
        var (come, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        shop.New.Answer = async context =>
        {
            come.SetResult();
            await go.Task;
            context.Response.Headers.CacheControl = "public, max-age=600";
            await context.Response.WriteAsync("New's");
        };

        var asking = shopper.GetAsync(path);
        await come.Task;
        await shop.Gateway.TakeAsync(2, null, CachedShop.At(0));
        go.SetResult();

        Assert.Equal("no-store", (await asking).Headers.CacheControl!.ToString());
        shop.New.Answer = null;
        Assert.NotEqual("no-store", (await shopper.GetAsync(path)).Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("\"Cached\": \"Url\"", "\"Cached\": \"Url\", \"Through\": [ \"catalog\" ]", "it writes, or takes other methods than GET")]
    [InlineData("\"Methods\": [ \"GET\" ]", "\"Methods\": [ \"GET\", \"POST\" ]", "Match.Methods are not GET and HEAD alone")]
    [InlineData("\"Datasets\": {", "\"Caches\": { \"Purge\": { \"front\": { \"Url\": \"cache/{key}\" } } }, \"Datasets\": {", "'cache/{key}' is no address")]
    [InlineData("\"catalog\": {} }", "\"catalog\": { \"Owner\": \"New\" } }", "New owns 'catalog'")]
    [InlineData("\"Datasets\": {", "\"ClockSkew\": \"01:00:00\", \"Datasets\": {", "clocks may differ by 01:00:00")]
    public void Build_WhatCanNotBeCachedOrFallBack_IsRefusedWithWords(string was, string becomes, string words)
    {
        var text = CachedShop.Document("http://legacy", "http://new").Replace(was, becomes, StringComparison.Ordinal);
        var problems = new List<ConfigProblem>();
        var root = ConfigNode.Read(text, problems)!;

        PlacementTableBuilder.Build(
            ConfigBinder.Bind<HubConfig>(root["Hub"], problems), root, new Dictionary<string, GroupStanding>(), new Dictionary<string, Side>(), 1, problems);

        Assert.Contains(problems, problem => problem.What.Contains(words, StringComparison.Ordinal));
    }
}
