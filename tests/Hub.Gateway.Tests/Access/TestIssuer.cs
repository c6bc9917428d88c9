using System.Security.Cryptography;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Gateway.Tests.Access;

/// <summary>An OpenID Connect issuer on loopback, as far as a gateway needs one.</summary>
public sealed class TestIssuer : IAsyncDisposable
{
    private readonly Upstream _server;
    private RSA _key = RSA.Create(2048);
    private string _kid = "one";

    private TestIssuer(Upstream server) => _server = server;

    public string Url => _server.Url;

    public int Fetches => _server.Requests.Count(request => request.Target == "/keys");

    public bool Hangs { get; set; }

    public static async Task<TestIssuer> StartAsync()
    {
        var server = await Upstream.StartAsync("issuer");
        var issuer = new TestIssuer(server);
        server.Answer = issuer.AnswerAsync;
        return issuer;
    }

    public void Rotate() => (_key, _kid) = (RSA.Create(2048), "two");

    public string Token(string audience = "orders", string? scope = "orders.read", TimeSpan? ends = null, string? issuer = null, RSA? by = null)
    {
        var claims = new Dictionary<string, object> { ["sub"] = "user-7", ["azp"] = "partner-app" };
        if (scope is not null)
        {
            claims["scope"] = scope;
        }

        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Url,
            Audience = audience,
            IssuedAt = now,
            Expires = now + (ends ?? TimeSpan.FromMinutes(10)),
            Claims = claims,
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(by ?? _key) { KeyId = _kid }, SecurityAlgorithms.RsaSha256),
        });
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var point = _key.ExportParameters(includePrivateParameters: false);
        await (context.Request.Path == "/keys"
            ? context.Response.WriteAsJsonAsync(new
            {
                keys = new[] { new { kty = "RSA", use = "sig", kid = _kid, n = Base64UrlEncoder.Encode(point.Modulus), e = Base64UrlEncoder.Encode(point.Exponent) } },
            })
            : context.Response.WriteAsJsonAsync(new { issuer = Url, jwks_uri = $"{Url}/keys" }));
    }
}
