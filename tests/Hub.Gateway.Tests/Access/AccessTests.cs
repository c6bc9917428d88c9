using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Access;

[Trait("Rule", "boundary")]
public sealed class AccessTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-keys-").FullName;
    private Upstream _legacy = null!;
    private TestIssuer _issuer = null!;
    private TestGateway _gateway = null!;
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    public async ValueTask InitializeAsync()
    {
        _legacy = await Upstream.StartAsync("legacy");
        _issuer = await TestIssuer.StartAsync();
        _gateway = await TestGateway.StartAsync(time: _time);
        Keep("acme", "key-1");
        Keep("other", "key-2");
        Assert.Empty(await _gateway.TakeAsync(1, Document()));
    }

    [Fact]
    public async Task Key_OfAConsumerWhoMay_IsLetInAndReachesNoSide()
    {
        using var client = _gateway.Shopper();

        var response = await client.GetAsync("/keys/orders", ("X-Api-Key", "key-1"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(Assert.Single(_legacy.Requests).Header("X-Api-Key"));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    [InlineData("key-2", HttpStatusCode.Forbidden)]
    public async Task Key_MissingUnknownOrOfAnother_IsRefusedAsAProblemAndReachesNoSide(string? key, HttpStatusCode status)
    {
        using var client = _gateway.Shopper();

        var response = await client.GetAsync("/keys/orders", key is null ? [] : [("X-Api-Key", key)]);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)status, (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("status").GetInt32());
        Assert.Equal(status == HttpStatusCode.Unauthorized, response.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme == "ApiKey"));
        Assert.Empty(_legacy.Requests);
    }

    [Fact]
    public async Task Key_WithdrawnOrAdded_CountsWithinTenSecondsWithoutAnApply()
    {
        using var client = _gateway.Shopper();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/keys/orders", ("X-Api-Key", "key-1"))).StatusCode);

        Keep("acme", "key-3");
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/keys/orders", ("X-Api-Key", "key-1"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/keys/orders", ("X-Api-Key", "key-3"))).StatusCode);
    }

    [Theory]
    [InlineData("/discovered/orders")]
    [InlineData("/bare/orders")]
    public async Task Token_OfTheIssuer_IsLetInAndVerifiedOnce(string path)
    {
        using var client = _gateway.Shopper();
        var token = $"Bearer {_issuer.Token()}";

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path, ("Authorization", token))).StatusCode);
        }

        Assert.Equal(1, _issuer.Fetches);
        // The side may want to read it itself.
        Assert.Equal(token, _legacy.Requests.Last().Header("Authorization"));
    }

    [Fact]
    public async Task Token_ThatDoesNotHold_IsRefusedWithWhatRfc6750Names()
    {
        using var client = _gateway.Shopper();
        using var stranger = RSA.Create(2048);
        foreach (var token in new[]
        {
            _issuer.Token(audience: "another"), _issuer.Token(issuer: "https://evil.test"), _issuer.Token(by: stranger),
            _issuer.Token(ends: TimeSpan.FromMinutes(-2)), "nonsense", $"eyJhbGciOiJub25lIn0.{_issuer.Token().Split('.')[1]}.", new string('a', 17_000),
        })
        {
            var refused = await client.GetAsync("/discovered/orders", ("Authorization", $"Bearer {token}"));

            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Contains("error=\"invalid_token\"", Assert.Single(refused.Headers.WwwAuthenticate).ToString(), StringComparison.Ordinal);
        }

        var narrow = await client.GetAsync("/discovered/orders", ("Authorization", $"Bearer {_issuer.Token(scope: "profile")}"));
        var none = await client.GetAsync("/discovered/orders");

        Assert.Equal(HttpStatusCode.Forbidden, narrow.StatusCode);
        Assert.Contains("insufficient_scope", Assert.Single(narrow.Headers.WwwAuthenticate).ToString(), StringComparison.Ordinal);
        Assert.Equal("Bearer realm=\"hub\", scope=\"orders.read\"", Assert.Single(none.Headers.WwwAuthenticate).ToString());
        Assert.Empty(_legacy.Requests);
    }

    [Fact]
    public async Task Token_ThatWasFoundToHold_EndsAllTheSame()
    {
        using var client = _gateway.Shopper();
        var token = $"Bearer {_issuer.Token()}";
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/discovered/orders", ("Authorization", token))).StatusCode);

        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/discovered/orders", ("Authorization", token))).StatusCode);
    }

    [Fact]
    public async Task Issuer_ThatHangs_CostsABudgetAndOtherRoutesNothing()
    {
        _issuer.Hangs = true;
        using var client = _gateway.Shopper();

        var asking = client.GetAsync("/discovered/orders", ("Authorization", $"Bearer {_issuer.Token()}"));
        var open = await client.GetAsync("/open");
        while (!asking.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await asking).StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), (await asking).Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Preflight_OfABrowser_IsForTheSideToAnswer()
    {
        using var http = new HttpClient { BaseAddress = _gateway.Url };
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/discovered/orders");
        preflight.Headers.Add("Origin", "https://app.test");
        preflight.Headers.Add("Access-Control-Request-Method", "GET");
        using var plain = new HttpRequestMessage(HttpMethod.Options, "/discovered/orders");

        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(preflight, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.SendAsync(plain, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task RouteOfAGroup_AsksOnBothSides()
    {
        await using var storefront = await Upstream.StartAsync("new");
        await _gateway.TakeAsync(2, Document(storefront.Url), ("api", new Control.Protocol.GroupState(10_000)));
        using var client = _gateway.Shopper();

        var refused = await client.GetAsync("/keys/orders");
        await client.GetAsync("/keys/orders", ("X-Api-Key", "key-1"));
        var taken = await client.GetAsync("/keys/orders", ("X-Api-Key", "key-1"));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(Side.New, _gateway.Explain(taken).Side);
    }

    [Fact]
    public async Task Document_WhoseKeysCanNotBeReadHere_IsRefusedWithTheConsumersName()
    {
        File.Delete(Path.Combine(_folder, "acme"));

        var problems = await _gateway.TakeAsync(2, Document() + " ");

        Assert.Contains("Hub.Consumers.acme", Assert.Single(problems), StringComparison.Ordinal);
        using var client = _gateway.Shopper();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/keys/orders", ("X-Api-Key", "key-1"))).StatusCode);
    }

    [Theory]
    [InlineData("\"nowhere\": { \"Access\": { \"Consumers\": [ \"acme\" ] } }", "nowhere")]
    [InlineData("\"keys\": { \"Access\": {} }", "lets nobody in")]
    [InlineData("\"keys\": { \"Access\": { \"Consumers\": [ \"acne\" ] } }", "write 'acme'")]
    [InlineData("\"keys\": { \"Access\": { \"Jwt\": { \"Keys\": \"http://issuer.test/keys\", \"Issuer\": \"x\", \"Audience\": \"y\" } } }", "not https")]
    [InlineData("\"keys\": { \"Access\": { \"Jwt\": { \"Keys\": \"https://issuer.test/keys\", \"Audience\": \"y\" } } }", "without Issuer")]
    [InlineData("\"keys\": { \"Access\": { \"Jwt\": { \"Authority\": \"https://issuer.test\" } } }", "'Audience' is missing")]
    [InlineData("\"keys\": { \"Version\": { \"Name\": \"1\", \"Deprecated\": \"2026-02-01T00:00:00Z\", \"Sunset\": \"2026-01-01T00:00:00Z\" } }", "before it is deprecated")]
    public async Task Document_ThatCanNotBeMeant_IsRefused(string routes, string words)
    {
        var problems = await _gateway.TakeAsync(2, Document(routes: routes));

        Assert.Contains(problems, problem => problem.Contains(words, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
        await _legacy.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Keep(string consumer, string key) => File.WriteAllText(
        Path.Combine(_folder, consumer), Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + "\n");

    private string Document(string? storefront = null, string? routes = null) => $$"""
        {
          "ReverseProxy": {
            "Routes": {
              "keys": { "ClusterId": "legacy", "Match": { "Path": "/keys/{**rest}" } },
              "discovered": { "ClusterId": "legacy", "Match": { "Path": "/discovered/{**rest}" } },
              "bare": { "ClusterId": "legacy", "Match": { "Path": "/bare/{**rest}" } },
              "open": { "ClusterId": "legacy", "Match": { "Path": "/open" } }
            },
            "Clusters": {
              "legacy": { "Destinations": { "one": { "Address": "{{_legacy.Url}}" } } },
              "storefront": { "Destinations": { "one": { "Address": "{{storefront ?? "http://127.0.0.1:1"}}" } } }
            }
          },
          "Hub": {
            "Groups": { "api": { "New": "storefront", "Routes": { "keys": {} } } },
            "Consumers": {
              "acme": { "KeyHashes": "file:{{Path.Combine(_folder, "acme")}}" },
              "other": { "KeyHashes": "file:{{Path.Combine(_folder, "other")}}" }
            },
            "Routes": { {{routes ?? $$"""
              "KEYS": { "Access": { "Consumers": [ "acme" ] } },
              "discovered": { "Access": { "Jwt": { "Authority": "{{_issuer.Url}}", "Audience": "orders", "Scopes": [ "orders.read" ] } } },
              "bare": { "Access": { "Jwt": { "Keys": "{{_issuer.Url}}/keys", "Issuer": "{{_issuer.Url}}", "Audience": "orders" } } }
              """}} }
          }
        }
        """;
}
