using System.Net;
using Hub.Cli.Running;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Http;

namespace Hub.Cli.Tests.Checking.Through;

/// <summary><c>hub check --through</c>: a control, gateways and a balancer before them, all real.</summary>
[Trait("Rule", "boundary")]
public sealed class ThroughTests : IAsyncDisposable
{
    private const string Trusting = "\"TrustedProxies\": [ \"127.0.0.2\" ]";

    private readonly Hand _hand = new();
    private readonly List<IAsyncDisposable> _running = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _running.Reverse();
        foreach (var part in _running)
        {
            await part.DisposeAsync();
        }

        _hand.Dispose();
    }

    [Fact]
    public async Task Through_BalancerThatIsTrustedAndSaysAll_IsInOrder()
    {
        var check = await CheckAsync(Trusting, Balancer.SaysAll);

        Assert.True(check is { ExitCode: 0, Output: "" }, check.Output + check.Error);
        Assert.Contains("gw-1 saw 24 probes of 127.0.0.1 by http for 127.0.0.1:", check.Error, StringComparison.Ordinal);
        Assert.Contains("from 127.0.0.2 (trusted), HTTP/1.1, X-Forwarded-For: 127.0.0.1", check.Error, StringComparison.Ordinal);
        Assert.Contains(": 0 errors, 0 warnings", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_BalancerThatIsNotTrusted_IsToldWithItsAddress()
    {
        var check = await CheckAsync("", Balancer.SaysAll);

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("Hub.Boundary.TrustedProxies: the gateways take the proxy 127.0.0.2 for the client", check.Output, StringComparison.Ordinal);
        Assert.Contains("To do: add \"127.0.0.2\"", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_BalancerThatSaysNothing_IsTold()
    {
        var check = await CheckAsync(Trusting, (_, request) => request.Headers.Remove("X-Forwarded-For"));

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("the trusted proxy 127.0.0.2 does not say who the client is", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_SchemeOfAnotherKind_IsTold()
    {
        var check = await CheckAsync(Trusting, (context, request) =>
        {
            Balancer.SaysAll(context, request);
            Balancer.Set(request, "X-Forwarded-Proto", "https");
        });

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("a request by http arrives as https: X-Forwarded-Proto arrives as https", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_HostOfAnotherName_IsTold()
    {
        var check = await CheckAsync(Trusting, (context, request) =>
        {
            Balancer.SaysAll(context, request);
            request.Headers.Host = "gw-1.internal";
        });

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("arrives for the host 'gw-1.internal'", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_BalancerThatPassesOnWhatClientsSay_IsTold()
    {
        var check = await CheckAsync(Trusting, (context, request) =>
        {
            if (!request.Headers.Contains("X-Forwarded-For"))
            {
                Balancer.SaysAll(context, request);
            }
        });

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("a client's own X-Forwarded-For is believed", check.Output, StringComparison.Ordinal);
        Assert.Contains("a client's own X-Forwarded-Proto is believed", check.Output, StringComparison.Ordinal);
        Assert.Contains("a client's own X-Forwarded-Host is believed", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_ClientIpThatIsNotSeen_IsTold()
    {
        var check = await CheckAsync(Trusting, Balancer.SaysAll, "--client-ip", "198.51.100.7");

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("the gateways take 127.0.0.1 for the client, and it is 198.51.100.7", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_TwoGatewaysInTurn_IsToldAndBothAreSeen()
    {
        var (hub, one) = await StartAsync(Trusting);
        var two = await StartSecondAsync(hub);
        var balancer = Keep(await Balancer.StartAsync(Balancer.SaysAll, one, two));

        var check = await _hand.TypeAsync("check", "--through", balancer.Url);

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("note: ", check.Output, StringComparison.Ordinal);
        Assert.Contains("requests of one client go to several gateways: gw-1 6, gw-2 6;", check.Output, StringComparison.Ordinal);
        Assert.Contains("gw-2 saw 12 probes", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_TwoGatewaysAndOneForTheSource_IsInOrder()
    {
        var (hub, one) = await StartAsync(Trusting);
        await StartSecondAsync(hub);
        var balancer = Keep(await Balancer.StartAsync(Balancer.SaysAll, one));

        var check = await _hand.TypeAsync("check", "--through", balancer.Url);

        Assert.True(check is { ExitCode: 0, Output: "" }, check.Output + check.Error);
    }

    [Fact]
    public async Task Through_AddressOfSomethingElse_SaysThatNoGatewayAnswers()
    {
        await StartAsync(Trusting);
        var other = Keep(await ShopStandIn.StartAsync("<p>another</p>"));

        var check = await _hand.TypeAsync("check", "--through", other.Address.ToString());

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("do not come to a gateway of this hub: the probe is answered 200", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProbePath_WithoutAToken_IsTheShops()
    {
        var (_, gateway) = await StartAsync(Trusting);
        using var http = new HttpClient();
        var before = await AskAsync("made-up");
        using var control = new HttpClient();
        var run = RunFile.Read(Path.Combine(_hand.Folder, "hub-data"))!;
        using var open = new HttpRequestMessage(HttpMethod.Post, new Uri(run.Control, "/api/probes"));
        open.Headers.Authorization = new("Bearer", run.Token);
        using var opened = await control.SendAsync(open, Cancel);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);

        Assert.Equal(("text/html", "<p>the shop</p>"), before);
        Assert.Equal(before, await AskAsync("made-up"));
        Assert.Equal(before, await AskAsync(null));

        async Task<(string?, string)> AskAsync(string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway, Probe.Path));
            if (token is not null)
            {
                request.Headers.Add(Probe.Header, token);
            }

            using var response = await http.SendAsync(request, Cancel);
            return (response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Theory]
    [InlineData("check", "--through", "shop.example")]
    [InlineData("check", "--through", "https://shop.example", "--client-ip", "here")]
    [InlineData("check", "--through", "https://shop.example", "--offline")]
    [InlineData("check", "--client-ip", "198.51.100.7")]
    public async Task Through_WrongFlags_AreRefused(params string[] arguments) =>
        Assert.Equal(2, (await _hand.TypeAsync(arguments)).ExitCode);

    private async Task<Hand.Typed> CheckAsync(string boundary, Action<HttpContext, HttpRequestMessage> says, params string[] more)
    {
        var (_, gateway) = await StartAsync(boundary);
        var balancer = Keep(await Balancer.StartAsync(says, gateway));
        return await _hand.TypeAsync(["check", "--through", balancer.Url, .. more]);
    }

    private async Task<(RunningHub Hub, Uri Gateway)> StartAsync(string boundary)
    {
        var shop = Keep(await ShopStandIn.StartAsync("<p>the shop</p>"));
        var file = Path.Combine(_hand.Folder, "hub.json");
        await File.WriteAllTextAsync(
            file,
            $$"""
            {
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "legacy", "Match": { "Path": "/{**rest}" } } },
                "Clusters": { "legacy": { "Destinations": { "one": { "Address": "{{shop.Address}}" } } } }
              },
              "Hub": { "Boundary": { {{boundary}} } }
            }
            """,
            Cancel);
        var hub = Keep(await RunningHub.StartAsync(
            new RunOptions
            {
                Roles = [HubRole.Control, HubRole.Gateway],
                Folder = Path.Combine(_hand.Folder, "hub-data"),
                File = file,
                Port = 0,
                ControlPort = 0,
                Plane = "gw-1",
                Drain = TimeSpan.FromSeconds(1),
            },
            Cancel));
        return (hub, Gateway(hub));
    }

    private async Task<Uri> StartSecondAsync(RunningHub first)
    {
        var token = await File.ReadAllTextAsync(Path.Combine(_hand.Folder, "hub-data", "control", "plane.token"), Cancel);
        return Gateway(Keep(await RunningHub.StartAsync(
            new RunOptions
            {
                Roles = [HubRole.Gateway],
                Folder = Path.Combine(_hand.Folder, "two"),
                Plane = "gw-2",
                Port = 0,
                Control = first.Addresses.First(part => part.Role == HubRole.Control).Address,
                Token = token.Trim(),
                Drain = TimeSpan.FromSeconds(1),
            },
            Cancel)));
    }

    private static Uri Gateway(RunningHub hub) => hub.Addresses.First(part => part.Role == HubRole.Gateway).Address;

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _running.Add(part);
        return part;
    }
}
