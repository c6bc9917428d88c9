using System.Net;
using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Hub.Gateway.Tests.Hosting;
using Hub.Planes;
using Hub.Town;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Tests.Guards;

/// <summary>Guards on a real plane, with control there and away.</summary>
public sealed class GuardTripTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-gw-").FullName;
    private Upstream _legacy = null!;
    private Upstream _new = null!;
    private ControlFeed _control = null!;
    private readonly List<Shopper> _shoppers = [];
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        _legacy = await Upstream.StartAsync("legacy");
        _new = await Upstream.StartAsync("new");
        _control = await ControlFeed.StartAsync();
        Send(1, new GroupState(5_000));
        var api = new IPEndPoint(IPAddress.Loopback, FreePorts.Draw());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddHubGateway(new GatewayOptions
        {
            Plane = new PlaneOptions
            {
                Name = "gw-1",
                Role = "gateway",
                Control = _control.Url,
                Token = "plane",
                Folder = _folder,
                Api = () => new Uri($"http://{api}"),
            },
        });
        _app = builder.Build();
        _app.UseHubGateway();
        await _app.StartAsync();
        await TestWait.UntilAsync(() => Model is not null && _control.Reports.Any(report => report.Serves.Number == 1));
    }

    public async ValueTask DisposeAsync()
    {
        _shoppers.ForEach(shopper => shopper.Dispose());
        await _app.DisposeAsync();
        await _control.DisposeAsync();
        await _new.DisposeAsync();
        await _legacy.DisposeAsync();
    }

    [Theory]
    [Trait("Rule", "21")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Guard_NewFails_TakesTheGroupBackHereAndTellsControl(bool controlIsUp)
    {
        await ShopAsync(60);
        if (!controlIsUp)
        {
            await _control.DisposeAsync();
        }

        _new.Answer = Fail;
        await ShopUntilAsync(() => RolledBack);

        var trip = Assert.Single(Pending);
        Assert.Equal(("catalog", PlaneRollback.Guard, false), (trip.Group, trip.By, trip.Evacuate));
        Assert.Contains("errors: New failed ", trip.Reason!, StringComparison.Ordinal);
        Assert.False(Model!.Table.Groups["checkout"].RolledBack);
        using var shopper = new Shopper(Public);
        Assert.Equal("legacy", await (await shopper.GetAsync("/")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        if (controlIsUp)
        {
            await TestWait.UntilAsync(() => _control.Reports.Any(report => report.Rollbacks.Any(told => told.Id == trip.Id)
                && report.Problems.Any(problem => problem.Contains("took catalog back", StringComparison.Ordinal))));
        }
    }

    [Fact]
    [Trait("Rule", "21")]
    public async Task Guard_ThatTripped_TripsOnceInARollbackAndAgainAfterTheNextShift()
    {
        _new.Answer = Fail;
        await ShopUntilAsync(() => RolledBack);
        var first = Assert.Single(Pending).Id;
        await ShopAsync(60);
        Assert.Equal(first, Assert.Single(Pending).Id);

        // Control adopted it, and somebody shifts the group again.
        Send(2, new GroupState(0, 2, 0, true), first);
        await TestWait.UntilAsync(() => Pending.IsEmpty);
        Send(3, new GroupState(5_000, 2), first);
        await TestWait.UntilAsync(() => !RolledBack);
        await ShopUntilAsync(() => RolledBack);

        Assert.NotEqual(first, Assert.Single(Pending).Id);
    }

    [Fact]
    [Trait("Rule", "21")]
    public async Task Guard_BothSidesFailAlike_LeavesTheGroupWhereItIs()
    {
        await ShopAsync(20);
        (_new.Answer, _legacy.Answer) = (Fail, Fail);

        await ShopAsync(400);

        await TestWait.UntilAsync(() => _control.Reports.Any(report => report.Figures?.Any(told => told.Legacy.Errors > 50 && told.New.Errors > 50) ?? false));
        Assert.False(RolledBack);
    }

    [Fact]
    public async Task Report_TellsFiguresAndHowTheCandidateIs()
    {
        await ShopAsync(10);

        await TestWait.UntilAsync(() => _control.Reports.Any(report =>
            report.Figures is { } figures && figures.Where(told => told.Group == "catalog").Sum(told => told.Both.Requests) == 10
            && report.Candidates!["catalog"] == new CandidateHealth(1, 1)));
    }

    private GatewayModel? Model => _app.Services.GetRequiredService<GatewayState>().Model;

    private bool RolledBack => Model!.Table.Groups["catalog"].RolledBack;

    private System.Collections.Immutable.ImmutableArray<PlaneRollback> Pending => _app.Services.GetRequiredService<PlaneLink>().Rollbacks;

    private Uri Public => new(_app.Urls.Single(url => url.StartsWith("http://127", StringComparison.Ordinal)));

    private static Task Fail(Microsoft.AspNetCore.Http.HttpContext context)
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    }

    private void Send(long number, GroupState catalog, params Guid[] adopted) => _control.Send(TestGateway.Revision(
        number,
        Shop.DocumentOf(_legacy.Url, _new.Url).Replace(
            "\"catalog\": { \"New\"", "\"catalog\": { \"Guards\": {}, \"New\"", StringComparison.Ordinal),
        ("catalog", catalog), ("checkout", new GroupState(5_000)), ("account", new GroupState(0))) with
    { AdoptedRollbacks = [.. adopted] });

    private async Task ShopUntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            await ShopAsync(10);
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    // Twenty customers with a cookie each, about half of them New's.
    private async Task ShopAsync(int requests)
    {
        while (_shoppers.Count < 20)
        {
            var shopper = new Shopper(Public);
            await shopper.GetAsync("/account");
            _shoppers.Add(shopper);
        }

        for (var i = 0; i < requests; i++)
        {
            await _shoppers[i % _shoppers.Count].GetAsync("/");
        }
    }
}
