using System.Collections.Immutable;
using System.Net;
using Hub.Control.Protocol;
using Hub.Gateway.Explaining;
using Hub.Gateway.Marks;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;
using Hub.Planes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Marks;

[Trait("Rule", "8")]
public sealed class ReadYourWritesTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly StoreOfControl _control;
    private HeardSignals? _told;
    private Upstream _legacy = null!, _new = null!;
    private TestGateway _gateway = null!;

    public ReadYourWritesTests() => _control = new StoreOfControl(_time);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _new.DisposeAsync();
        await _legacy.DisposeAsync();
    }

    [Theory]
    [InlineData(HttpStatusCode.SeeOther)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task OrderHandedThroughNew_WhateverItsAnswer_IsReadAtLegacyUntilNewHasIt(HttpStatusCode answer)
    {
        await StartAsync();
        using var shopper = _gateway.Shopper();
        await shopper.GetAsync("/account");
        Assert.Equal(Side.New, await SideAsync(shopper, "/account"));
        _new.Answer = context =>
        {
            context.Response.StatusCode = (int)answer;
            context.Response.Headers.Location = "/checkout/done/1";
            return Task.CompletedTask;
        };

        Assert.Equal(Side.New, _gateway.Explain(await shopper.PostAsync("/checkout")).Side);
        _new.Answer = null;

        Assert.Equal(Side.Legacy, await SideAsync(shopper, "/account"));
        Assert.Equal(PlacementReason.ReadYourWrites, _gateway.Explain(await shopper.GetAsync("/account")).Reason);

        // Within the skew it is not passed, and neither by what is said of another dataset.
        Tell("orders", TimeSpan.FromSeconds(1));
        Tell("customers", TimeSpan.FromSeconds(2));
        Assert.Equal(Side.Legacy, await SideAsync(shopper, "/account"));

        Tell("orders", TimeSpan.FromSeconds(1.1));
        Assert.Equal(Side.New, await SideAsync(shopper, "/account"));
        Assert.Empty(shopper.Hub.Marks);
    }

    [Fact]
    public async Task ReportOlderThanThreeSeconds_PassesNothing()
    {
        await StartAsync();
        using var shopper = await WriterAsync();
        Tell("orders", TimeSpan.FromMinutes(1), age: 2);
        _time.Advance(TimeSpan.FromSeconds(1.5));

        Assert.Equal(Side.Legacy, await SideAsync(shopper, "/account"));

        Tell("orders", TimeSpan.FromMinutes(1), age: 2);
        Assert.Equal(Side.New, await SideAsync(shopper, "/account"));
    }

    [Fact]
    public async Task NobodySaysThatItIsApplied_EndsAfterTenMinutesAndIsTold()
    {
        await StartAsync();
        using var shopper = await WriterAsync();
        var marks = _gateway.Services.GetRequiredService<WriteMarks>();
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(Side.Legacy, await SideAsync(shopper, "/account"));
        Assert.Empty(marks.Problems);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Side.New, await SideAsync(shopper, "/account"));
        Assert.StartsWith("orders: 1 times", Assert.Single(marks.Problems), StringComparison.Ordinal);
        Assert.Empty(shopper.Hub.Marks);
    }

    [Fact]
    public async Task AnotherCustomer_IsNotHeldByIt()
    {
        await StartAsync();
        using var writer = await WriterAsync();
        using var other = _gateway.Shopper();
        await other.GetAsync("/account");

        Assert.Equal(Side.New, await SideAsync(other, "/account"));
        Assert.Equal(Side.Legacy, await SideAsync(writer, "/account"));
    }

    [Fact]
    public async Task DatasetThatNewOwns_IsReadAtNewWhileTheShareSaysLegacy()
    {
        await StartAsync(share: 0, owner: "new");
        using var shopper = _gateway.Shopper();
        await shopper.GetAsync("/account");
        Assert.Equal(Side.Legacy, await SideAsync(shopper, "/account"));

        Assert.Equal(Side.New, _gateway.Explain(await shopper.PostAsync("/address")).Side);

        // What is told is how far New has legacy's writes; it says nothing of the way back.
        Tell("customers", TimeSpan.FromMinutes(1));
        Assert.Equal(Side.New, await SideAsync(shopper, "/account"));
    }

    [Fact]
    public async Task ClientWithoutCookies_HasItsMarksInControlsStoreForEachPlane()
    {
        await StartAsync();
        await using var second = await StartPlaneAsync(10_000);
        using var app = _gateway.Shopper();
        app.Bearer = "token-of-an-app";
        await app.GetAsync("/account");
        await app.PostAsync("/checkout");
        using var elsewhere = app.At(second);

        Assert.Equal(Side.Legacy, await SideAsync(app, "/account"));
        Assert.Equal(Side.Legacy, second.Explain(await elsewhere.GetAsync("/account")).Side);

        Tell("orders", TimeSpan.FromSeconds(3));
        Assert.Equal(Side.New, await SideAsync(app, "/account"));
        Assert.Equal(Side.New, second.Explain(await elsewhere.GetAsync("/account")).Side);
    }

    [Fact]
    public async Task Explain_OfACustomerWithAMark_SaysIt()
    {
        await StartAsync();
        using var shopper = await WriterAsync();

        var view = await _gateway.Services.GetRequiredService<Prediction>().OfAsync(
            new ExplainRequest(null, Path: "/account", Headers: ImmutableSortedDictionary<string, string>.Empty.Add("Cookie", $"hub={shopper.HubCookieValue}")), "/account");

        Assert.Equal(("legacy", "read your writes"), (view!.Side, view.Reason));
    }

    private async Task<Shopper> WriterAsync()
    {
        var shopper = _gateway.Shopper();
        await shopper.GetAsync("/account");
        await shopper.PostAsync("/checkout");
        return shopper;
    }

    private async Task<Side> SideAsync(Shopper shopper, string path) => _gateway.Explain(await shopper.GetAsync(path)).Side;

    private void Tell(string dataset, TimeSpan beyond, double age = 0) => _told = new HeardSignals(
        PlaneSignals.Empty with
        {
            Applied = (_told?.Signals.Applied ?? PlaneSignals.Empty.Applied).SetItem(dataset, new AppliedTime(_time.GetUtcNow() + beyond, age)),
        },
        _time.GetUtcNow());

    private async Task StartAsync(int share = 10_000, string owner = "legacy")
    {
        (_legacy, _new) = (await Upstream.StartAsync("legacy"), await Upstream.StartAsync("new"));
        _gateway = await StartPlaneAsync(share, owner);
    }

    private async Task<TestGateway> StartPlaneAsync(int share, string owner = "legacy")
    {
        var gateway = await TestGateway.StartAsync(_control, time: _time, signals: () => _told);
        Assert.Empty(await gateway.TakeAsync(1, Document(owner), ("shop", new GroupState(share))));
        return gateway;
    }

    private string Document(string owner) => $$"""
        {
          "ReverseProxy": {
            "Routes": {
              "account": { "ClusterId": "legacy", "Match": { "Path": "/account", "Methods": [ "GET" ] } },
              "address": { "ClusterId": "legacy", "Match": { "Path": "/address", "Methods": [ "POST" ] } },
              "checkout": { "ClusterId": "legacy", "Match": { "Path": "/checkout", "Methods": [ "POST" ] } }
            },
            "Clusters": {
              "legacy": { "Destinations": { "one": { "Address": "{{_legacy.Url}}" } } },
              "storefront": { "Destinations": { "one": { "Address": "{{_new.Url}}" } } }
            }
          },
          "Hub": {
            "Groups": {
              "shop": { "New": "storefront",
                "Routes": {
                  "account": { "Reads": [ "customers", "orders" ] },
                  "address": { "Writes": [ "customers" ] },
                  "checkout": { "Through": [ "orders" ] } } }
            },
            "Datasets": { "orders": { "Source": {} }, "customers": { "Source": {}, "Owner": "{{owner}}" } }
          }
        }
        """;
}
