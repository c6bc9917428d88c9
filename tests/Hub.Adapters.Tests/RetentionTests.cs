using System.Net;
using Hub.Adapters.Connectors;
using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Configuration;
using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Control.Protocol;
using Hub.Processes;
using Hub.Processes.Erasing;
using Hub.Town.Business;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Adapters.Tests;

/// <summary>Buyers' data goes when its time is over; the order stays.</summary>
public sealed class RetentionTests
{
    private static readonly string[] Personal = ["a@b.example", "A. Buyer", "Main 1", "10115", "Berlin"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retention_OfAChannelOver_TakesTheBuyerOutAndLeavesTheOrder()
    {
        await using var bench = await StartAsync("""{ "web": 10, "default": "keep" }""");
        foreach (var key in new[] { "web/r1", "other/r2" })
        {
            await bench.ReceiveAsync(bench.Order(key));
            await bench.UntilAsync(async () => (await bench.OrdersAsync()).Any(order => order is { State: "shipped", Waiting: null } && order.Key == key), $"{key} is shipped");
        }

        var store = bench.Services.GetRequiredService<IProcessStore>();
        var before = await bench.GetAsync<OrderDetail>("/api/orders/web/r1");
        Assert.Equal(2, (await KeysAsync(store)).Length);
        using var retain = Later(bench, 11, """{ "web": 10, "default": "keep" }""");
        await retain.StartAsync(Cancel);
        await bench.UntilAsync(async () => !(await KeysAsync(store)).Contains("web/r1"), "its buyer is gone");
        await retain.StopAsync(Cancel);

        // 1. Nothing personal is left of it, and all of the other.
        Assert.Equal(["other/r2"], await KeysAsync(store));
        var texts = await store.GetTextsAsync("order", "web/r1", Cancel);
        Assert.All(Personal, value => Assert.DoesNotContain(texts, text => text.Text.Contains(value, StringComparison.OrdinalIgnoreCase)));

        // 2. The order is told as before, but for the buyer.
        var after = await bench.GetAsync<OrderDetail>("/api/orders/web/r1");
        Assert.Equal((before.Order.State, before.Order.Total, before.Order.UpdatedAt), (after.Order.State, after.Order.Total, after.Order.UpdatedAt));
        Assert.Equal(before.Steps.Select(step => (step.Step, step.Outcome)), after.Steps.SkipLast(1).Select(step => (step.Step, step.Outcome)));
        Assert.Equal(("personal data", "erased", "by the retention of 10 days"), (after.Steps[^1].Step, after.Steps[^1].Outcome, after.Steps[^1].Detail));
        Assert.Equal(("TS-001", "DE"), ($"{after.Body.GetProperty("lines")[0].GetProperty("sku")}", $"{after.Body.GetProperty("shipTo").GetProperty("country")}"));

        // 3. The feed shows it again: it is no new order.
        Assert.Equal(HttpStatusCode.OK, (await bench.ReceiveAsync(bench.Order("web/r1"))).StatusCode);
        Assert.Equal(1, (await bench.CountAsync(bench.Addresses.Erp, "/sales", TownTokens.Erp))["web/r1"]);
    }

    [Fact]
    public async Task Retention_OfAVendor_HoldsUntilTheConfigSaysOtherwise()
    {
        await using var bench = await StartAsync("""{ "default": "keep" }""");
        await bench.ReceiveAsync(bench.Order("strict/r1"));
        await bench.UntilAsync(async () => (await bench.OrdersAsync()).Any(order => order is { State: "shipped", Waiting: null }), "it is shipped");
        var store = bench.Services.GetRequiredService<IProcessStore>();

        using var kept = Later(bench, 6, """{ "strict": "keep" }""");
        Assert.Equal(0, await kept.RunAsync(Cancel));
        using var early = Later(bench, 4, "{ }");
        Assert.Equal(0, await early.RunAsync(Cancel));
        Assert.Equal(["strict/r1"], await KeysAsync(store));

        using var over = Later(bench, 6, "{ }");
        Assert.Equal(1, await over.RunAsync(Cancel));
        Assert.Empty(await KeysAsync(store));
        Assert.Equal(0, await over.RunAsync(Cancel));
    }

    [Fact]
    public async Task Retention_ForAllOthers_LeavesThoseThatAreNamedAndWhatIsOnItsWay()
    {
        await using var bench = await StartAsync("""{ "web": "keep", "default": 10 }""");
        foreach (var key in new[] { "web/r1", "other/r2", "other/r3" })
        {
            await bench.ReceiveAsync(bench.Order(key, sku: key == "other/r3" ? "NO-SUCH-ARTICLE" : "TS-001"));
        }

        await bench.UntilAsync(async () => await bench.StateAsync("other/r3") == "parked", "one is parked");
        await bench.UntilAsync(async () => (await bench.OrdersAsync()).Count(order => order is { State: "shipped", Waiting: null }) == 2, "two are shipped");
        var store = bench.Services.GetRequiredService<IProcessStore>();
        await store.BuryAsync(
            OrderDefinition.Unreadable(new UnreadableOrder(OrderKey.Parse("other/r4"), """{ "mail": "a@b.example" }""", "It has no id.")), "It has no id.", Cancel);

        using var retain = Later(bench, 11, """{ "web": "keep", "default": 10 }""");
        Assert.Equal(2, await retain.RunAsync(Cancel));

        Assert.Equal(["other/r3", "web/r1"], await KeysAsync(store));
        Assert.Equal(
            EraseOutcome.UnderWay, await bench.Services.GetRequiredService<PersonalData>().EraseAsync(new ProcessKey("order", "other/r3"), "by Ada", null, Cancel));
        Assert.Equal("{}", (await store.GetTextsAsync("order", "other/r4", Cancel)).Single(text => text.In == KeptIn.DeadLetter).Text);
    }

    [Fact]
    public void Without_SentencesThatNameTheBuyer_MasksThem()
    {
        const string state = """{"order":{"key":"web/1","buyer":{"email":"o'ne+x@b.example","name":"\u00C4da","id":"4711"},"shipTo":{"name":"\u00C4da","street":"Main 1","city":"X","zip":"10115","country":"DE"},"total":"19.90 EUR"},"reason":"No customer \u00C4DA at 10115 in DE.","parcels":[{"shipment":{"tracking":"JD1","label":"https://carrier/label/1"}}]}""";

        var texts = BuyerTexts.Without(
        [
            new KeptText(KeptIn.State, "", state),
            new KeptText(KeptIn.Detail, "BookOrder", "The ERP knows no O'NE+X@B.EXAMPLE (customer 4711), key web/1."),
            new KeptText(KeptIn.Error, "BookOrder", """It answered {"mail":"o\u0027ne\u002Bx@b.example"}"""),
            new KeptText(KeptIn.Reference, "UpsertContact", "o'ne+x@b.example"),
            new KeptText(KeptIn.DeadLetter, "OrderFetched", "<html>Äda</html>"),
        ], []);

        Assert.Equal(
            """{"order":{"key":"web/1","buyer":{"email":"","name":"","id":""},"shipTo":{"name":"","street":"","city":"","zip":"","country":"DE"},"total":"19.90 EUR"},"reason":"No customer *** at *** in DE.","parcels":[{"shipment":{"tracking":"JD1"}}]}""",
            texts[0]);
        Assert.Equal(["The ERP knows no *** (customer ***), key web/1.", """It answered {"mail":"***"}""", "***", "{}"], texts[1..]);
    }

    [Fact]
    public void Retention_OfAWrongWord_IsTold()
    {
        var problems = new List<ConfigProblem>();
        OrdersConfig.Read(ConfigNode.Read("""{ "Hub": { "Orders": { "Retention": { "web": "30 days", "shop": 0, "amazon": 30, "default": "keep" } } } }""", problems)!, problems);

        Assert.Equal(["Hub.Orders.Retention.web", "Hub.Orders.Retention.shop"], problems.Select(problem => problem.Path));
    }

    private static async Task<string[]> KeysAsync(IProcessStore store) =>
        [.. (await store.FindByTextAsync(["a@b.example"], Cancel)).Select(found => found.Key).Order(StringComparer.Ordinal)];

    private static async Task<AdaptersBench> StartAsync(string retention)
    {
        var bench = new AdaptersBench
        {
            Vendors = [ConnectorVendor.Of<ConnectorOptions>("strict", "marketplace", (services, _) => services
                .AddSingleton<IOrderSource, StrictSource>().AddSingleton(provider => new ConnectorCalls(provider.GetRequiredService<TimeProvider>())))],
        };
        await bench.InitializeAsync();
        Assert.Empty(await bench.TakeAsync(Document(bench, retention)));
        return bench;
    }

    /// <summary>The same plane's retention so many days later. The clock of all others would tick through them.</summary>
    private static RetainOrders Later(AdaptersBench bench, int days, string retention)
    {
        var problems = new List<ConfigProblem>();
        var retain = new RetainOrders(
            bench.Services.GetRequiredService<ConnectorSet>(), bench.Services.GetRequiredService<IProcessStore>(), bench.Services.GetRequiredService<PersonalData>(),
            new FakeTimeProvider(bench.Time.GetUtcNow().AddDays(days)), NullLogger<RetainOrders>.Instance);
        retain.Take(OrdersConfig.Read(ConfigNode.Read(Document(bench, retention), problems)!, problems));
        Assert.Empty(problems);
        return retain;
    }

    private static string Document(AdaptersBench bench, string retention) => bench.Document()
        .Replace("\"Intake\": \"now\"", $"\"Intake\": \"now\", \"Retention\": {retention}", StringComparison.Ordinal)
        .Replace("\"erp\":", """ "strict": { "Vendor": "strict", "Address": "http://127.0.0.1:1" }, "erp":""", StringComparison.Ordinal);

    /// <summary>A marketplace that lets buyers' data be kept for five days.</summary>
    private sealed class StrictSource : IOrderSource
    {
        public string Channel => "strict";

        public TimeSpan? Retention => TimeSpan.FromDays(5);

        public Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken) =>
            Task.FromResult<CallOutcome<OrderPage>>(new CallOutcome<OrderPage>.Done(new OrderPage([], null)));
    }
}
