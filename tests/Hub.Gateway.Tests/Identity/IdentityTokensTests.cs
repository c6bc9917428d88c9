using Hub.Control.Protocol;
using Hub.Gateway.Identity;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Gateway.Tests.Identity;

[Trait("Rule", "1")]
public sealed class IdentityTokensTests
{
    [Fact]
    public async Task Identity_OfARequestToNew_HoldsForThePublishedKeysAndNoOthers()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = await LoggedInAsync(shop);

        var token = shop.New.Requests.Last().Header(IdentityTokens.Header)!;
        using var http = new HttpClient { BaseAddress = shop.Gateway.Url };
        var keys = new JsonWebKeySet(await http.GetStringAsync(JwkSet.Path, TestContext.Current.CancellationToken));
        var parameters = new TokenValidationParameters
        {
            ValidIssuer = "hub",
            ValidAudience = "new",
            ValidAlgorithms = ["ES256"],
            IssuerSigningKeys = keys.GetSigningKeys(),
            ClockSkew = TimeSpan.Zero,
        };
        var valid = await new JsonWebTokenHandler().ValidateTokenAsync(token, parameters);
        parameters.IssuerSigningKeys = keys.GetSigningKeys().Where(key => key.KeyId != "k1");
        var other = await new JsonWebTokenHandler().ValidateTokenAsync(token, parameters);

        Assert.True(valid.IsValid, valid.Exception?.Message);
        Assert.False(other.IsValid);
        var identity = TestIdentity.Read(token);
        Assert.Equal((shopper.Hub.Key.ToString(), "42", "Ann Öhm"), (identity.Key, identity.Account, identity.Name));
        Assert.Equal("k1", identity.Header.GetProperty("kid").GetString());
        Assert.Equal(300, identity.Payload.GetProperty("exp").GetInt64() - identity.Payload.GetProperty("iat").GetInt64());
        Assert.DoesNotContain("\"d\":", await http.GetStringAsync(JwkSet.Path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identity_OfRequestsToLegacy_IsNotTold()
    {
        await using var shop = await Shop.StartAsync(flipped: false);
        using var shopper = await LoggedInAsync(shop);

        await shopper.GetAsync("/", (IdentityTokens.Header, "forged"));

        Assert.All(shop.Legacy.Requests, request => Assert.Null(request.Header(IdentityTokens.Header)));
    }

    [Fact]
    public async Task Identity_ThatSaysTheSame_IsSignedOnceAndAnewAtHalfItsLife()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var shop = await Shop.StartAsync(time: time);
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        await shopper.GetAsync("/");
        time.Advance(TimeSpan.FromSeconds(149));
        await shopper.GetAsync("/search");
        await shop.Gateway.TakeAsync(2, null, Shop.All(9_999));
        await shopper.GetAsync("/search");
        time.Advance(TimeSpan.FromSeconds(2));
        await shopper.GetAsync("/");

        var tokens = shop.New.Requests.Select(request => request.Header(IdentityTokens.Header)!).ToList();
        Assert.Equal(4, tokens.Count);
        Assert.Single(tokens.Take(3).Distinct());
        Assert.NotEqual(tokens[0], tokens[3]);
    }

    [Fact]
    [Trait("Rule", "7")]
    public async Task Identity_AfterAClaim_SaysIt()
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await shopper.GetAsync("/");
        Assert.Null(shop.New.Requests.Last().Identity!.Carts);

        await shopper.PostAsync("/cart/add");
        await shopper.GetAsync("/");

        Assert.Equal("new", shop.New.Requests.Last().Identity!.Carts);
    }

    [Fact]
    public async Task Of_RememberedCustomer_SignsAndAllocatesNothing()
    {
        await using var shop = await Shop.StartAsync();
        var tokens = shop.Gateway.Services.GetRequiredService<IdentityTokens>();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        await shopper.GetAsync("/");
        var route = shop.Gateway.Model.Routes["home"].New;
        var exchange = new Exchange(shop.Gateway.Model, route, TimeProvider.System.GetUtcNow(), 0) { Key = shopper.Hub.Key };
        for (var i = 0; i < 50_000; i++)
        {
            tokens.Of(exchange, "carts=legacy");
        }

        // Not the time, which is the machine's: the allocations, which are the code's. A signature makes many.
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
        {
            tokens.Of(exchange, "carts=legacy");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, 10_000);
    }

    private static async Task<Shopper> LoggedInAsync(Shop shop)
    {
        shop.Legacy.Answer = context =>
            context.Request.Path == "/api/me" ? context.Response.WriteAsJsonAsync(new { id = 42, name = "Ann Öhm", cart = 0 }) : context.Response.WriteAsync("legacy");
        var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        shopper.Cookies["SHOPSESSION"] = "s1";
        await shopper.GetAsync("/");
        return shopper;
    }
}
