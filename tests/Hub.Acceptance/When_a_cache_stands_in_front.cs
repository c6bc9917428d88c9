using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Control.Protocol;
using Hub.Running;
using Hub.Town;
using Refit;

namespace Hub.Acceptance;

/// <summary>Real caches of this machine, with the very text of docs/caches.md.</summary>
[Trait("Rule", "10")]
public sealed class When_a_cache_stands_in_front : IDisposable
{
    private const string Varnish = "/usr/sbin/varnishd", Nginx = "/usr/sbin/nginx", Secret = "not-for-shoppers";
    private static readonly string[] Kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-cache-").FullName;
    private readonly Listener _legacy = new("legacy"), _new = new("new");
    private readonly int _shop = FreePorts.Draw(), _front = FreePorts.Draw();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "hub.json");

    [Fact]
    public async Task Should_show_the_other_side_after_a_flip_that_purges_and_the_old_one_without()
    {
        Need(Varnish);
        await WriteAsync(purge: false);
        var (hub, control) = await StartHubAsync();
        using var running = hub;
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, "front.vcl"), Text("vcl"), Cancelled);
        using var varnish = ChildProcess.Program(
            Varnish, new Dictionary<string, string> { ["PURGE_SECRET"] = Secret },
            "-F", "-f", Path.Combine(_folder, "front.vcl"), "-a", $"127.0.0.1:{_front}", "-n", Path.Combine(_folder, "varnish"), "-s", "malloc,16m", "-j", "none");
        using var anna = Browser();
        await StandsAsync(anna, varnish);

        // 1. Kept, and for everybody.
        Assert.Equal("legacy GET /assets/shop.css", await anna.GetStringAsync("/assets/shop.css", Cancelled));
        using (var second = await anna.GetAsync("/assets/shop.css", Cancelled))
        {
            Assert.Equal(2, second.Headers.GetValues("X-Varnish").Single().Split(' ').Length);
            Assert.False(second.Headers.Contains("Set-Cookie"));
            Assert.False(second.Headers.Contains("Surrogate-Key"));
        }

        // 2. Without a purge the flip is not seen.
        Assert.Null((await ShiftAsync(control, 100)).Purge);
        Assert.Equal("legacy GET /assets/shop.css", await anna.GetStringAsync("/assets/shop.css", Cancelled));
        Assert.Equal("new GET /assets/other.css", await anna.GetStringAsync("/assets/other.css", Cancelled));

        // 3. With one it is, at once, each way.
        await WriteAsync(purge: true);
        await Eventually.TrueAsync("the changed file is in force", async () =>
            (await control.GetDocumentAsync(Cancelled)).Document.Contains("X-Purge-Secret", StringComparison.Ordinal) ? null : hub.Output, Cancelled);
        await SeesAsync("new", anna);

        // The first purge is over a lease later: the next flip's is another.
        await Eventually.TrueAsync("the file's purge is over", () => Task.FromResult(
            hub.Output.Contains("Caches have forgotten", StringComparison.Ordinal) ? null : hub.Output), Cancelled);
        var rollback = await control.RollbackGroupAsync("catalog", new RollbackGroup(Wait: true), Cancelled);
        Assert.True(rollback.Purge is { Done: true }, $"{rollback}");
        Assert.Equal("legacy GET /assets/shop.css", await anna.GetStringAsync("/assets/shop.css", Cancelled));
        Assert.True((await ShiftAsync(control, 100)).Purge is { Done: true });
        Assert.Equal("new GET /assets/shop.css", await anna.GetStringAsync("/assets/shop.css", Cancelled));

        // 4. A customer's page and cookie are that customer's.
        using var bert = Browser();
        Assert.NotEqual(await CookieAsync(anna), await CookieAsync(bert));

        // 5. Nobody else makes it forget.
        using var stranger = new HttpRequestMessage(new HttpMethod("PURGE"), "/");
        stranger.Headers.Add("Surrogate-Key", "hub-catalog");
        using var refused = await anna.SendAsync(stranger, Cancelled);
        Assert.Equal(403, (int)refused.StatusCode);
    }

    [Fact]
    public async Task Should_show_the_other_side_after_ten_seconds_where_the_cache_can_not_forget()
    {
        Need(Nginx);
        await WriteAsync(purge: false);
        var (hub, control) = await StartHubAsync();
        using var running = hub;
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, "nginx.conf"), $$"""
            user root; daemon off; pid {{_folder}}/nginx.pid; error_log stderr; worker_processes 1;
            events { }
            http { access_log off; {{Temporary()}}
            {{Text("nginx")}}
            }
            """, Cancelled);
        using var nginx = ChildProcess.Program(Nginx, new Dictionary<string, string>(), "-p", _folder, "-e", "stderr", "-c", Path.Combine(_folder, "nginx.conf"));
        using var anna = Browser();
        await StandsAsync(anna, nginx);
        Assert.Equal("legacy GET /assets/shop.css", await anna.GetStringAsync("/assets/shop.css", Cancelled));

        await ShiftAsync(control, 100);

        using (var kept = await anna.GetAsync("/assets/shop.css", Cancelled))
        {
            Assert.Equal("HIT", kept.Headers.GetValues("X-Cache").Single());
            Assert.False(kept.Headers.Contains("Set-Cookie"));
        }

        await SeesAsync("new", anna);
        using var bert = Browser();
        Assert.NotEqual(await CookieAsync(anna), await CookieAsync(bert));
    }

    public void Dispose()
    {
        _legacy.DisposeAsync().AsTask().Wait();
        _new.DisposeAsync().AsTask().Wait();
        Directory.Delete(_folder, recursive: true);
    }

    // .ci/run installs them.
    private static void Need(string program)
    {
        if (!System.IO.File.Exists(program))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{program} is not there: apt-get install varnish nginx");
            Assert.Skip($"{program} is not installed here; with it this test runs (apt-get install varnish nginx)");
        }
    }

    /// <summary>The text of docs/caches.md with this test's ports and folder in it.</summary>
    private string Text(string language) => Regex.Match(
            System.IO.File.ReadAllText(Path.Combine(Root(), "docs", "caches.md")), $"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value
        .Replace("8080", _shop.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("listen 80;", $"listen 127.0.0.1:{_front};", StringComparison.Ordinal)
        .Replace("/var/cache/nginx/hub", Path.Combine(_folder, "kept"), StringComparison.Ordinal);

    private string Temporary() => string.Concat(
        Kinds.Select(name => $"{name}_temp_path {_folder}/{name}; "));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "Hub.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    private async Task<(ChildProcess Hub, IControlApi Control)> StartHubAsync()
    {
        var control = FreePorts.Draw();
        var hub = ChildProcess.Hub("run", "--verbose", "--roles", "control,gateway", "-c", File, "--data", _folder, "--port", $"{_shop}", "--control-port", $"{control}");
        await hub.SaysAsync("gateway http");
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{control}") };
        var token = await System.IO.File.ReadAllTextAsync(Path.Combine(_folder, "control", "admin.token"), Cancelled);
        http.DefaultRequestHeaders.Authorization = new("Bearer", token.Trim());
        return (hub, RestService.For<IControlApi>(http, new RefitSettings(new SystemTextJsonContentSerializer(System.Text.Json.JsonSerializerOptions.Web))));
    }

    private static async Task<FlipResult> ShiftAsync(IControlApi control, decimal share)
    {
        var group = await control.GetGroupAsync("catalog", Cancelled);
        return await control.ShiftGroupAsync("catalog", new ShiftGroup(share, "a test's", Wait: true), $"\"{group.Revision}\"", Cancelled);
    }

    private HttpClient Browser() => new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{_front}") };

    /// <summary>Sooner than Varnish forgets by itself (two minutes), later than nginx does.</summary>
    private static async Task SeesAsync(string side, HttpClient http)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Cancelled);
        await Eventually.TrueAsync($"{side} is seen", async () =>
            await http.GetStringAsync("/assets/shop.css", either.Token) is var seen && seen.StartsWith(side, StringComparison.Ordinal) ? null : seen, either.Token);
    }

    private static Task StandsAsync(HttpClient http, ChildProcess cache) => Eventually.TrueAsync("the cache stands", async () =>
    {
        try
        {
            await http.GetStringAsync("/account", Cancelled);
            return null;
        }
        catch (HttpRequestException e)
        {
            return $"{e.Message} {cache.Output}";
        }
    }, Cancelled);

    private static async Task<string> CookieAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account");
        request.Headers.Add("Cookie", "other=1");
        using var answer = await http.SendAsync(request, Cancelled);
        return answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("hub=", StringComparison.Ordinal));
    }

    private async Task WriteAsync(bool purge)
    {
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, "secret"), Secret, Cancelled);
        var caches = purge
            ? $$"""
              "Caches": { "Purge": { "front": { "Url": "http://127.0.0.1:{{_front}}/", "Secrets": { "X-Purge-Secret": "file:{{_folder}}/secret" } } } },
              """
            : "";
        await System.IO.File.WriteAllTextAsync(File, $$"""
            {
              "ReverseProxy": {
                "Routes": {
                  "assets": { "ClusterId": "legacy", "Match": { "Path": "/assets/{**rest}", "Methods": [ "GET", "HEAD" ] } },
                  "account": { "ClusterId": "legacy", "Match": { "Path": "/account" } }
                },
                "Clusters": {
                  "legacy": { "Destinations": { "one": { "Address": "{{_legacy.Address}}" } } },
                  "new": { "Destinations": { "one": { "Address": "{{_new.Address}}" } } }
                }
              },
              "Hub": {
                {{caches}}
                "Groups": { "catalog": { "New": "new", "Routes": { "assets": { "Cached": "Url" }, "account": {} } } }
              }
            }
            """, Cancelled);
    }
}
