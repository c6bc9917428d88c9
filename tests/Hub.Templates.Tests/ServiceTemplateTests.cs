using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Hub.Running;
using Hub.Servers;
using Hub.Town;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Templates.Tests;

/// <summary>docs/services.md, typed word by word; then the service is started and asked.</summary>
public sealed class ServiceTemplateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_TypedFromNothing_GivesAServiceThatStandsAndKnowsTheCustomer()
    {
        using var workshop = new Workshop();
        var (exitCode, output) = await workshop.RunAsync(Workshop.CommandsOf("docs/services.md"));
        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain(": warning", output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("hub-route.json: 0 errors, 0 warnings", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ontoso", await File.ReadAllTextAsync(workshop.In("Pricing", "hub-route.json"), Cancel), StringComparison.Ordinal);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signing = new ECDsaSecurityKey(key) { KeyId = "one" };
        await using var hub = await PublishKeysAsync(signing);
        using var service = await StartAsync(workshop, new()
        {
            ["ConnectionStrings__Store"] = $"Data Source={workshop.In("pricing.db")}",
            ["Hub__Keys"] = $"{hub.Urls.First()}/keys",
            ["Versions__1__Deprecated"] = "2026-07-01T00:00:00Z",
            ["Versions__1__Successor"] = "/v2/pricing",
        });

        using var answer = await service.Http.GetAsync("/v1/pricing/me", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("@1782864000", answer.Headers.GetValues("Deprecation").Single());
        Assert.Equal("</v2/pricing>; rel=\"successor-version\"", answer.Headers.GetValues("Link").Single());
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(service.Http, Token(signing, audience: "somebody else")));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(service.Http, Token(signing, audience: "new")));
        await KeepAndReadAsync(service.Http);
    }

    [Fact]
    public async Task Store_Postgres_IsAskedByReadiness()
    {
        await using var database = await TestDatabase.PostgresAsync("service");
        using var workshop = new Workshop();
        var (exitCode, output) = await workshop.RunAsync("""
            dotnet new install templates
            cd "$WORK"
            dotnet new hub-service --name Pricing --store postgres
            dotnet build Pricing
            """);
        Assert.True(exitCode == 0, output);
        using var service = await StartAsync(workshop, new() { ["ConnectionStrings__Store"] = database.ConnectionString });

        await KeepAndReadAsync(service.Http);
    }

    private static async Task KeepAndReadAsync(HttpClient http)
    {
        using var kept = await http.PutAsJsonAsync("/v1/pricing/entries/7", new { text = "seven" }, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, kept.StatusCode);
        Assert.Contains("seven", await http.GetStringAsync(new Uri("/v1/pricing/entries/7", UriKind.Relative), Cancel), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/pricing/me");
        request.Headers.Add("Hub-Identity", token);
        using var answer = await http.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private static string Token(ECDsaSecurityKey key, string audience) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "hub",
        Audience = audience,
        Claims = new Dictionary<string, object> { ["sub"] = "c0ffee", ["account"] = "17", ["name"] = "A. Buyer" },
        SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
    });

    private static async Task<WebApplication> PublishKeysAsync(ECDsaSecurityKey key)
    {
        var published = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(key);
        var set = $$"""{ "keys": [ { "kty": "EC", "crv": "P-256", "kid": "{{published.Kid}}", "x": "{{published.X}}", "y": "{{published.Y}}", "alg": "ES256" } ] }""";
        var app = WebApplication.CreateSlimBuilder().Build();
        app.Urls.Add($"http://127.0.0.1:{FreePorts.Draw()}");
        app.MapGet("/keys", () => Results.Text(set, "application/json"));
        await app.StartAsync(Cancel);
        return app;
    }

    private static async Task<Started> StartAsync(Workshop workshop, Dictionary<string, string> settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePorts.Draw()}");
        var service = ChildProcess.Program(
            "dotnet", settings, workshop.In("Pricing", "Pricing", "bin", "Debug", "net10.0", "Pricing.dll"), "--urls", address.ToString(),
            "--contentRoot", workshop.In("Pricing", "Pricing"));
        try
        {
            await service.AnswersAsync(new Uri(address, "/health/live"));
            await service.AnswersAsync(new Uri(address, "/health/ready"));
            return new Started(service, new HttpClient { BaseAddress = address });
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    private sealed record Started(ChildProcess Service, HttpClient Http) : IDisposable
    {
        public void Dispose()
        {
            Http.Dispose();
            Service.Dispose();
        }
    }
}
