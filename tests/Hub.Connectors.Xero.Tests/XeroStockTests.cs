using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Xero.Tests;

public sealed class XeroStockTests : StockSourceContract<XeroStub>
{
    // Items come in one page.
    protected override int PageSize => 0;

    protected override TimeSpan ReadsEvery => TimeSpan.FromMinutes(5);

    private IStockSource Source => Port<IStockSource>();

    protected override XeroStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddXeroAt(Bench, Stub);

    protected override bool IsPage(StubRequest request) => request.Is($"GET {XeroStub.Base}/Items");

    protected override JsonArray Entries(JsonNode page) => page["Items"]!.AsArray();

    protected override void Stock(Sku sku, int available, DateTimeOffset changedAt) => Put(sku.Text, available);

    [Fact]
    public async Task Fetch_Items_TellsThoseWhoseStockXeroKeeps()
    {
        Put("TS-001", 7.5m);
        Put("TS-002", -2m);
        Put("SERVICE", null);
        Stub.Items.Add(new JsonObject { ["Code"] = null, ["QuantityOnHand"] = 3m });

        Assert.Equal([new StockLevel(Sku.Parse("TS-001"), 7), new StockLevel(Sku.Parse("TS-002"), -2)], (await FetchAsync()).Levels);
    }

    [Fact]
    public async Task Fetch_SoonAgain_AsksNobody()
    {
        Put("TS-001", 7m);
        await FetchAsync();
        Put("TS-002", 1m);

        Assert.Empty((await FetchAsync()).Levels);
        Bench.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, (await FetchAsync()).Levels.Length);
    }

    [Fact]
    public async Task Fetch_ItemOfTwoSkus_TellsBoth()
    {
        Bench.Refer("items", "TS-001-A", "1001");
        Bench.Refer("items", "TS-001-B", "1001");
        Put("1001", 7m);
        Put("1002", 9m);

        Assert.Equal(["TS-001-A", "TS-001-B"], (await FetchAsync()).Levels.Select(level => level.Sku.Text));
    }

    // The time of change stays, as it may with the real one.
    private void Put(string code, decimal? onHand)
    {
        Stub.Items.RemoveAll(item => (string?)item["Code"] == code);
        Stub.Items.Add(new JsonObject
        {
            ["Code"] = code,
            ["IsTrackedAsInventory"] = onHand is not null,
            ["QuantityOnHand"] = onHand,
            ["UpdatedDateUTC"] = "/Date(1573755038314)/",
        });
    }

    private async Task<StockPage> FetchAsync() =>
        Assert.IsType<CallOutcome<StockPage>.Done>(await EndAsync(Source.FetchAsync(DateTimeOffset.UnixEpoch, null, Cancel))).Value;
}
