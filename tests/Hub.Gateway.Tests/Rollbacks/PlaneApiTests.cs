using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Hub.Gateway.Tests.Hosting;
using Hub.Planes;
using Hub.Town;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Tests.Rollbacks;

public sealed class PlaneApiTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-gw-").FullName;
    private Upstream _legacy = null!;
    private Upstream _new = null!;
    private ControlFeed _control = null!;
    private WebApplication _app = null!;
    private IPEndPoint _api = null!;

    public async ValueTask InitializeAsync()
    {
        _legacy = await Upstream.StartAsync("legacy");
        _new = await Upstream.StartAsync("new");
        _control = await ControlFeed.StartAsync();
        _control.Send(TestGateway.Revision(1, Shop.DocumentOf(_legacy.Url, _new.Url), Shop.All(10_000)));
        _api = new IPEndPoint(IPAddress.Loopback, FreePorts.Draw());
        await StartPlaneAsync();
        await TestWait.UntilAsync(() => Model is not null);
    }

    private async Task StartPlaneAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddHubGateway(new GatewayOptions
        {
            Api = _api,
            Plane = new PlaneOptions
            {
                Name = "gw-1",
                Role = "gateway",
                Control = _control.Url,
                Token = "plane",
                Folder = _folder,
                Api = () => new Uri($"http://{_api}"),
            },
        });
        _app = builder.Build();
        _app.UseHubGateway();
        _app.MapHubGatewayApi();
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _control.DisposeAsync();
        await _new.DisposeAsync();
        await _legacy.DisposeAsync();
    }

    [Fact]
    [Trait("Rule", "11")]
    public async Task Revision_Streamed_IsServedAndReported()
    {
        await TestWait.UntilAsync(() => _control.Reports.Any(report => report.Serves.Number == 1));

        Assert.Equal(("gw-1", "gateway"), (_control.Hello!.Plane, _control.Hello.Role));
        Assert.Equal(1, Model!.Revision.Id.Number);
    }

    [Fact]
    [Trait("Rule", "11")]
    public async Task StartingPlane_PlacesNothingByItsCopyBeforeControlCouldAnswer()
    {
        using var shopper = new Shopper(Public);
        await shopper.GetAsync("/");
        Assert.Equal("new", await (await shopper.GetAsync("/")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await TestWait.UntilAsync(() => _control.Reports.Any(report => report.Serves.Number == 1));
        await _app.DisposeAsync();
        await StartPlaneAsync();
        using var same = new Shopper(Public);
        same.Cookies["hub"] = shopper.HubCookieValue!;

        var asked = same.GetAsync("/");
        await TestWait.UntilAsync(() => _control.Hello!.Holds.Number == 1);
        _control.Send(TestGateway.Revision(2, Shop.DocumentOf(_legacy.Url, _new.Url), Shop.All(0)));

        Assert.Equal("legacy", await (await asked).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [Trait("Rule", "12")]
    [InlineData("checkout")]
    [InlineData(null)]
    public async Task Rollback_OnThePlaneItself_HoldsFromTheNextRequestWithControlDown(string? group)
    {
        using var shopper = new Shopper(Public);
        await shopper.GetAsync("/cart");
        Assert.Equal("new", await (await shopper.GetAsync("/cart")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await _control.DisposeAsync();

        var answer = await RollBackAsync(await File.ReadAllTextAsync(Path.Combine(_folder, "rollback.token"), TestContext.Current.CancellationToken), group);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("legacy", await (await shopper.GetAsync("/cart")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(group is null, Model!.Table.Groups["catalog"].RolledBack);
    }

    [Fact]
    public async Task Rollback_WithoutTheToken_IsRefused()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await RollBackAsync("guess", null)).StatusCode);
        Assert.False(Model!.Table.Groups["catalog"].RolledBack);
    }

    [Fact]
    public async Task Rollback_OfAnUnknownGroup_NamesThoseThatAreThere()
    {
        var token = await File.ReadAllTextAsync(Path.Combine(_folder, "rollback.token"), TestContext.Current.CancellationToken);

        var answer = await RollBackAsync(token, "katalog");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("account, catalog, checkout", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void RollbackToken_IsForItsOwnerOnly()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "rollback.token")));
        }
    }

    [Fact]
    [Trait("Rule", "15")]
    public async Task PrivateApi_ExplainsForControlAndForNobodyElse()
    {
        using var api = new HttpClient { BaseAddress = new Uri($"http://{_api}") };
        var question = new ExplainRequest(null, "GET", "/cart");

        var stranger = await api.PostAsJsonAsync("/api/explain", question, TestContext.Current.CancellationToken);
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _control.Hello!.ApiToken);
        var known = await api.PostAsJsonAsync("/api/explain", question, TestContext.Current.CancellationToken);
        var nothing = await api.PostAsJsonAsync("/api/explain", new ExplainRequest(null), TestContext.Current.CancellationToken);
        var wrong = await api.PostAsJsonAsync("/api/explain", new ExplainRequest("xyz"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("cart", (await known.Content.ReadFromJsonAsync<ExplainView>(TestContext.Current.CancellationToken))!.Route);
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
        Assert.Equal("application/problem+json", wrong.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/api/requests", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Listeners_ServeTheirOwnAndNothingOfTheOther()
    {
        using var shopper = new Shopper(Public);
        using var api = new HttpClient { BaseAddress = new Uri($"http://{_api}") };

        var asked = await shopper.PostAsync("/api/explain", "{}", ("Host", $"{_api}"));
        await shopper.PostAsync("/rollback", "{}");
        await shopper.GetAsync("/health/live");
        var shop = await api.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal("legacy", await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["/api/explain", "/rollback", "/health/live"], _legacy.Requests.Select(request => request.Target));
        Assert.Equal(HttpStatusCode.NotFound, shop.StatusCode);
    }

    private GatewayModel? Model => _app.Services.GetRequiredService<GatewayState>().Model;

    private Uri Public => new(_app.Urls.Single(url => url.StartsWith("http://127", StringComparison.Ordinal) && !url.EndsWith($":{_api.Port}", StringComparison.Ordinal)));

    private async Task<HttpResponseMessage> RollBackAsync(string token, string? group)
    {
        var path = new UnixDomainSocketEndPoint(Path.Combine(_folder, "rollback.sock"));
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(path, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.PostAsJsonAsync(
            "http://plane/rollback", new { group, evacuate = false, reason = "test" }, TestContext.Current.CancellationToken);
    }
}
