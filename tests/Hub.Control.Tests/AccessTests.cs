using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Refit;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

public sealed class AccessTests
{
    [Fact]
    public async Task Roles_EachEndpoint_IsOpenToThoseWhoMayAndNobodyElse()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var roles = new[] { "viewer", "operator", "admin", "plane" };
        var tokens = new Dictionary<string, string>();
        foreach (var role in roles)
        {
            tokens[role] = (await control.Api.CreateTokenAsync(new CreateToken($"a-{role}", role), Cancel)).Token;
        }

        var matrix = new (string Method, string Path, string[] May)[]
        {
            ("GET", "/api/status", ["viewer", "operator", "admin"]),
            ("GET", "/api/groups", ["viewer", "operator", "admin"]),
            ("GET", "/api/audit", ["viewer", "operator", "admin"]),
            ("GET", "/api/planes", ["viewer", "operator", "admin"]),
            ("GET", "/api/datasets", ["viewer", "operator", "admin"]),
            ("GET", "/api/requests", ["viewer", "operator", "admin"]),
            ("POST", "/api/explain", ["viewer", "operator", "admin"]),
            ("POST", "/api/groups/x/shift", ["operator", "admin"]),
            ("POST", "/api/groups/x/rollback", ["operator", "admin"]),
            ("POST", "/api/groups/rollback", ["operator", "admin"]),
            ("DELETE", "/api/freeze", ["operator", "admin"]),
            ("PUT", "/api/document", ["operator", "admin"]),
            ("GET", "/api/consumers", ["viewer", "operator", "admin"]),
            ("GET", "/api/keys", ["viewer", "operator", "admin"]),
            ("POST", "/api/keys/rotate", ["admin"]),
            ("GET", "/api/tokens", ["admin"]),
            ("POST", "/api/tokens", ["admin"]),
            ("DELETE", "/api/tokens/x", ["admin"]),
            ("POST", "/api/planes", ["plane"]),
            ("POST", "/api/planes/x/report", ["plane"]),
            ("POST", "/api/customers/claims", ["plane"]),
            ("GET", "/api/customers/x", ["plane"]),
            ("POST", "/api/orders", ["plane"]),
        };
        foreach (var (method, path, may) in matrix)
        {
            foreach (var role in roles)
            {
                Assert.True(may.Contains(role) == await MayAsync(control, tokens[role], method, path), $"{role} {method} {path}");
            }

            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(control, "hub_wrong", method, path));
        }
    }

    [Fact]
    public async Task Token_Revoked_IsRefusedAndAudited()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var created = await control.Api.CreateTokenAsync(new CreateToken("anna", "operator"), Cancel);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(control, created.Token, "GET", "/api/status"));

        await control.Api.RevokeTokenAsync("anna", Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(control, created.Token, "GET", "/api/status"));
        var rows = (await control.Api.GetAuditAsync(100, Cancel)).Where(row => row.Subject == "anna").Select(row => (row.Action, row.By));
        Assert.Equal([("token revoke", "admin"), ("token create", "admin")], rows);
        var listed = (await control.Api.GetTokensAsync(Cancel)).Single(token => token.Name == "anna");
        Assert.NotNull(listed.RevokedAt);
        Assert.NotNull(listed.LastUsedAt);
    }

    [Fact]
    public async Task Tokens_AtRest_AreHashed()
    {
        using var folder = new TestFolder();
        string[] secrets;
        await using (var control = await StartAsync(folder.Path))
        {
            var created = await control.Api.CreateTokenAsync(new CreateToken("anna", "operator"), Cancel);
            secrets = [created.Token, control.AdminToken, control.PlaneToken];
        }

        foreach (var file in Directory.GetFiles(folder.Path, "control.db*"))
        {
            var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancel));
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, content, StringComparison.Ordinal));
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.Of("admin.token")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.Of("plane.token")));
        }
    }

    [Fact]
    public async Task FirstTokens_StoreLost_FilesStayGood()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var token = control.AdminToken;
        await control.StopAsync();
        foreach (var file in Directory.GetFiles(folder.Path, "control.db*"))
        {
            File.Delete(file);
        }

        await control.StartAsync();

        Assert.Equal(token, control.AdminToken);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(control, token, "GET", "/api/status"));
    }

    [Fact]
    public async Task Page_LoggedIn_ChangesOnlyWithItsHeader()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        using var browser = new HttpClient { BaseAddress = control.Address };
        var page = await browser.GetAsync("/", Cancel);
        var script = await browser.GetAsync("/page.js", Cancel);
        var wrong = await browser.PostAsJsonAsync("/api/session", new { token = control.PlaneToken }, Cancel);

        var login = await browser.PostAsJsonAsync("/api/session", new { token = control.AdminToken }, Cancel);
        var without = await browser.PostAsJsonAsync("/api/groups/catalog/rollback", new { }, Cancel);
        browser.DefaultRequestHeaders.Add("Hub-Page", "1");
        var with = await browser.PostAsJsonAsync("/api/groups/catalog/rollback", new { }, Cancel);

        Assert.Contains("script-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", await script.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        var cookie = login.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(control.AdminToken, cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, without.StatusCode);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
    }

    [Fact]
    public async Task Page_Events_ShowAChangeWithoutReload()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        using var response = await control.Http.GetAsync("/api/events", HttpCompletionOption.ResponseHeadersRead, Cancel);
        var events = System.Net.ServerSentEvents.SseParser.Create(
            await response.Content.ReadAsStreamAsync(Cancel), (_, data) => JsonSerializer.Deserialize<StatusView>(data, JsonSerializerOptions.Web)!);
        StatusView? seen = null;
        var shifted = false;

        await foreach (var status in events.EnumerateAsync(Cancel))
        {
            seen = status.Data;
            if (!shifted)
            {
                shifted = true;
                await control.ShiftAsync("catalog", 25);
            }
            else if (seen.Groups.Single(group => group.Name == "catalog").Share == 25)
            {
                break;
            }
        }

        Assert.Contains(seen!.Next, command => command == "hub group rollback catalog");
        Assert.Contains(seen.Problems, problem => problem.Contains("no gateway plane", StringComparison.Ordinal));
        Assert.Contains(seen.LastHour, row => row.Action == "group shift" && row.Before == "0 %" && row.After == "25 %" && row.Reason == "test");
    }

    [Theory]
    [InlineData("GET", "/api/nope", HttpStatusCode.NotFound)]
    [InlineData("PATCH", "/api/groups", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/audit?take=x", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/audit?take=0", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/groups/nope", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/document", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/tokens/nope", HttpStatusCode.NotFound)]
    public async Task Refusal_Whatever_IsAProblem(string method, string path, HttpStatusCode expected)
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        var (status, title, detail) = await ProblemAsync(await control.Http.SendAsync(request, Cancel));

        Assert.Equal(expected, status);
        Assert.NotEmpty(title);
        Assert.NotEmpty(detail);
    }

    [Fact]
    public async Task OpenApi_Served_HoldsEachCallOfTheProtocol()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);

        var paths = (await control.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancel)).GetProperty("paths");

        foreach (var call in typeof(IControlApi).GetMethods().Concat(typeof(IPlaneApi).GetMethods()))
        {
            var attribute = call.GetCustomAttributes().OfType<HttpMethodAttribute>().Single();
            Assert.True(
                paths.TryGetProperty(attribute.Path, out var path) && path.TryGetProperty(attribute.Method.Method.ToLowerInvariant(), out _),
                $"{attribute.Method} {attribute.Path} is missing");
        }
    }

    [Fact]
    public async Task Start_OffLoopbackWithoutTls_IsRefusedWithWhatToDo()
    {
        using var folder = new TestFolder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://0.0.0.0:0");
        builder.Services.AddHubControl(new ControlOptions { Folder = folder.Path });
        await using var app = builder.Build();
        app.MapHubControl();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync(Cancel));

        Assert.Matches(new Regex("without TLS.*To do"), refused.Message);
    }

    private static async Task<bool> MayAsync(TestControl control, string token, string method, string path) =>
        await StatusAsync(control, token, method, path) is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized);

    private static async Task<HttpStatusCode> StatusAsync(TestControl control, string token, string method, string path)
    {
        using var http = control.As(token);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT")
        {
            request.Content = new StringContent("[]", Encoding.UTF8, "application/json");
        }

        using var response = await http.SendAsync(request, Cancel);
        return response.StatusCode;
    }
}
