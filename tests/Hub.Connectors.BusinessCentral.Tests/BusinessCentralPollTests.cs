using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Specs;
using Hub.Connectors.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.BusinessCentral.Tests;

/// <summary>Stock, shipments and webhooks.</summary>
public sealed class BusinessCentralPollTests : IAsyncDisposable
{
    private readonly ConnectorBench _bench = new();
    private readonly BusinessCentralStub _stub = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stock_OverThePages_IsInventoryLessWhatOpenOrdersTake()
    {
        foreach (var item in new[] { "A", "B", "C", "D", "TS-001" })
        {
            _stub.Inventory[item] = 10;
        }

        var services = Services();
        Assert.IsType<CallOutcome<SaleNumber>.Done>(await services.GetRequiredService<IOrderBooking>().BookAsync(SampleOrders.Plain(), Cancel));
        var stock = services.GetRequiredService<IStockSource>();
        var levels = new Dictionary<string, int>();
        string? page = null;
        do
        {
            var fetched = Assert.IsType<CallOutcome<StockPage>.Done>(await stock.FetchAsync(DateTimeOffset.UnixEpoch, page, Cancel)).Value;
            foreach (var level in fetched.Levels)
            {
                levels.Add(level.Sku.Text, level.Available);
            }

            page = fetched.Next;
        }
        while (page is not null);

        Assert.Equal([10, 10, 10, 10, 8], levels.OrderBy(level => level.Key, StringComparer.Ordinal).Select(level => level.Value));
        SpecValidator.Open("business-central/BCOAS1.0.yaml", BusinessCentralStub.Base).AssertValid(
            _stub.Requests.Where(request => request.Path.EndsWith("/items", StringComparison.Ordinal) && !request.Query.Contains("skiptoken", StringComparison.Ordinal)));

        // Asked again at once it has nothing to tell, and asks nobody.
        var calls = _stub.Requests.Length;
        Assert.Empty(Assert.IsType<CallOutcome<StockPage>.Done>(await stock.FetchAsync(DateTimeOffset.UnixEpoch, null, Cancel)).Value.Levels);
        Assert.Equal(calls, _stub.Requests.Length);
    }

    [Fact]
    public async Task Shipments_OfOurOrders_AreToldWithTheirGoods()
    {
        var lines = new JsonArray
        {
            new JsonObject { ["lineType"] = "Item", ["lineObjectNumber"] = "1928-S", ["quantity"] = 3 },
            new JsonObject { ["lineType"] = "Item", ["lineObjectNumber"] = "SHIP", ["quantity"] = 1 },
            new JsonObject { ["lineType"] = "Comment", ["lineObjectNumber"] = "", ["quantity"] = 0 },
        };
        _stub.Shipments.Add(Shipment("108001", "web/10042", lines));
        _stub.Shipments.Add(Shipment("108002", "PO 17 of somebody else", lines.DeepClone()));
        _stub.Shipments.Add(Shipment("108003", null, null));

        var page = Assert.IsType<CallOutcome<ShipmentPage>.Done>(
            await Services().GetRequiredService<IShipmentSource>().FetchAsync(_bench.Time.GetUtcNow().AddDays(-2), null, Cancel)).Value;

        var shipped = Assert.Single(page.Shipments);
        Assert.Equal(("web/10042", "108001"), (shipped.Order.ToString(), shipped.Id));
        Assert.Equal(new ParcelLine(Sku.Parse("1928-S"), 3), Assert.Single(shipped.Shipment.Lines));
        Assert.Equal(new DateTimeOffset(2027, 1, 30, 0, 0, 0, TimeSpan.Zero), page.Latest);
    }

    [Theory]
    [InlineData("our-client-state", 1)]
    [InlineData("somebody-else", null)]
    public async Task Webhook_Notifications_AreTakenWithOurClientStateOnly(string state, int? hints)
    {
        var body = new JsonObject
        {
            ["value"] = new JsonArray
            {
                Notification("customers(130bbd17-dbb9-4790-9b12-2b0e9c9d22c3)", "created", state),
                Notification("items?$filter=lastDateTimeModified%20gt%202018-10-15T11:00:00Z", "collection", state),
            },
        };

        var outcome = await ReadAsync("https://hub.example/webhooks/erp", body.ToJsonString());

        Assert.Equal(hints, (outcome as WebhookOutcome.Taken)?.Hints.Length);
        Assert.Equal(hints is null ? 401 : null, (outcome as WebhookOutcome.Refused)?.Status);
    }

    [Fact]
    public async Task Subscriptions_BeforeTheirEnd_AreRenewedAndMadeAnewWhereTheyAreGone()
    {
        var stock = Services(webhook: true).GetRequiredService<IStockSource>();
        await PollAsync(TimeSpan.Zero);
        Assert.Equal(2, _stub.Of($"POST {BusinessCentralStub.Base}/subscriptions").Length);

        await PollAsync(TimeSpan.FromDays(1));
        Assert.Empty(_stub.Of($"PATCH {BusinessCentralStub.Base}/subscriptions({{id}})"));

        await PollAsync(TimeSpan.FromDays(1.5));
        Assert.Equal(2, _stub.Of($"PATCH {BusinessCentralStub.Base}/subscriptions({{id}})").Length);
        Assert.All(_stub.Of($"PATCH {BusinessCentralStub.Base}/subscriptions({{id}})"), request => Assert.Equal("*", request.Header("If-Match")));

        await PollAsync(TimeSpan.FromDays(10));
        Assert.Equal(4, _stub.Of($"POST {BusinessCentralStub.Base}/subscriptions").Length);
        Assert.All(
            _stub.Of($"POST {BusinessCentralStub.Base}/subscriptions"),
            request => Assert.StartsWith($"/api/v2.0/companies({BusinessCentralStub.Company})/", (string?)request.Json["resource"], StringComparison.Ordinal));

        async Task PollAsync(TimeSpan later)
        {
            _bench.Time.Advance(later);
            _stub.SubscribedUntil = _bench.Time.GetUtcNow().AddDays(3);
            Assert.IsType<CallOutcome<StockPage>.Done>(await stock.FetchAsync(DateTimeOffset.UnixEpoch, null, Cancel));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _stub.DisposeAsync();
    }

    private IServiceProvider Services(bool webhook = false) => _bench.Start(services => services.AddBusinessCentral(BenchOptions.Of(_bench, _stub, webhook)));

    private Task<WebhookOutcome> ReadAsync(string url, string body) => Services().GetRequiredService<IWebhook>().ReadAsync(
        new WebhookRequest("POST", new Uri(url), ImmutableDictionary<string, string>.Empty, Encoding.UTF8.GetBytes(body), _bench.Time.GetUtcNow()), Cancel);

    private static JsonObject Notification(string resource, string change, string state) => new()
    {
        ["subscriptionId"] = "s",
        ["clientState"] = state,
        ["expirationDateTime"] = "2018-10-29T07:52:31Z",
        ["resource"] = $"api/v2.0/companies({BusinessCentralStub.Company})/{resource}",
        ["changeType"] = change,
        ["lastModifiedDateTime"] = "2018-10-26T12:54:20.467Z",
    };

    private static JsonObject Shipment(string number, string? reference, JsonNode? lines) => new()
    {
        ["number"] = number,
        ["externalDocumentNumber"] = reference,
        ["orderNumber"] = "34",
        ["postingDate"] = "2027-01-29",
        ["lastModifiedDateTime"] = "2027-01-30",
        ["salesShipmentLines"] = lines,
    };
}
