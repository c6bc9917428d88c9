using System.Net;
using System.Net.Http.Json;
using Hub.Commerce;
using Hub.Control.Protocol;

namespace Hub.Adapters.Tests.References;

/// <summary>Orders that a row of the cross references is missing for, and how rows come.</summary>
public sealed class MissingRowTests
{
    private const string Document = """{ "Hub": { "Orders": { "Shipping": "on-request" }, "Connectors": { "erp": { "Vendor": "needy-erp", "Address": "http://127.0.0.1:1" } } } }""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receive_RowIsMissing_IsParkedWithTheRowsNameAndGoesOnByItselfWhenItIsAdded()
    {
        var erp = new NeedyErp();
        await using var bench = await StartAsync(erp);
        await bench.ReceiveAsync(Taxed(bench, "web/1", "DE 19%", "DE 7%"));
        await bench.ReceiveAsync(Taxed(bench, "web/2", "DE 19%"));
        await bench.UntilAsync(async () => await bench.StateAsync("web/1") == "parked" && await bench.StateAsync("web/2") == "parked", "both are parked");
        Assert.Contains("hub xref set erp taxes 'DE 19%' VALUE", await WaitingAsync(bench, "web/1"), StringComparison.Ordinal);
        var waiting = Assert.Single(await bench.GetAsync<ReferenceTableView[]>("/api/xref"));
        Assert.Equal((2, "DE 19%"), (waiting.Waiting, Assert.Single(waiting.Missing)));

        await SetAsync(bench, "taxes", "DE 19%", "VAT19");
        await bench.UntilAsync(async () => await bench.StateAsync("web/2") == "booked", "what has all its rows is booked");
        await bench.UntilAsync(async () => (await WaitingAsync(bench, "web/1")).Contains("'DE 7%'", StringComparison.Ordinal), "the next row is named");
        await SetAsync(bench, "taxes", "DE 7%", "VAT7");
        await bench.UntilAsync(async () => await bench.StateAsync("web/1") == "booked", "the other one is booked, too");

        Assert.Equal(["web/1", "web/2"], erp.Booked.Order());
    }

    [Fact]
    public async Task LookUp_RowIsMissing_ParksAtOnceAndSaysThatItMayHaveHappened()
    {
        var erp = new NeedyErp { NeedsUnits = true };
        await using var bench = await StartAsync(erp);

        // From before the plane's start: it is looked up first.
        await bench.TakeAsync(Document.Replace("\"on-request\"", "\"on-request\", \"Intake\": \"2026-01-01T00:00:00Z\"", StringComparison.Ordinal));
        await bench.ReceiveAsync(Taxed(bench, "web/1", "DE 19%") with { PlacedAt = bench.Time.GetUtcNow().AddHours(-1) });
        await SetAsync(bench, "taxes", "DE 19%", "VAT19");
        await bench.UntilAsync(async () => await bench.StateAsync("web/1") == "parked", "it is parked");
        var waiting = await WaitingAsync(bench, "web/1");
        Assert.Contains("MAY have done it", waiting, StringComparison.Ordinal);
        Assert.Contains("hub xref set erp units piece VALUE", waiting, StringComparison.Ordinal);

        await SetAsync(bench, "units", "piece", "C62");
        await bench.UntilAsync(async () => await bench.StateAsync("web/1") == "booked", "it is booked");
        Assert.Equal("web/1", Assert.Single(erp.Booked));
    }

    [Fact]
    public async Task Import_OneLineIsWrong_TakesNothingAndNamesTheLine()
    {
        await using var bench = await StartAsync(new NeedyErp());
        using var refused = await PostAsync(bench, "import", new ImportReferences("erp", "table,key,value\r\ntaxes,DE 19%,VAT19\r\ntaxes,DE 7%\r\n"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("line 3", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(await bench.GetAsync<ReferenceView[]>("/api/xref/erp"));

        using var taken = await PostAsync(bench, "import", new ImportReferences("ERP", "table,key,value\n\"taxes\",\"DE, 19%\",VAT19\n"));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        using var csv = await bench.SendAsync(HttpMethod.Get, "/api/xref/erp/csv");
        Assert.Equal("table,key,value\r\ntaxes,\"DE, 19%\",VAT19\r\n", await csv.Content.ReadAsStringAsync(Cancel));
        using var gone = await PostAsync(bench, "remove", new ChangeReference("erp", "taxes", "DE, 19%"));
        using var again = await PostAsync(bench, "remove", new ChangeReference("erp", "taxes", "DE, 19%"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (gone.StatusCode, again.StatusCode));
        using var nobody = await PostAsync(bench, "set", new ChangeReference("nobody", "taxes", "a", "b"));
        using var blank = await PostAsync(bench, "set", new ChangeReference("erp", "taxes", " a", "b"));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (nobody.StatusCode, blank.StatusCode));
    }

    private static async Task<AdaptersBench> StartAsync(NeedyErp erp)
    {
        var bench = new AdaptersBench { Vendors = [erp.Vendor] };
        await bench.InitializeAsync();
        Assert.Empty(await bench.TakeAsync(Document));
        return bench;
    }

    private static Order Taxed(AdaptersBench bench, string key, params string[] taxes) => bench.Order(key) with
    {
        Lines = [.. taxes.Select(tax => new OrderLine(Sku.Parse("TS-001"), "Teapot", 1, Money.Parse("9.95 EUR")) { TaxCode = tax })],
    };

    private static async Task<string> WaitingAsync(AdaptersBench bench, string key) =>
        (await bench.OrdersAsync()).Single(order => order.Key == key).Waiting ?? "";

    private static async Task SetAsync(AdaptersBench bench, string table, string key, string value)
    {
        using var response = await PostAsync(bench, "set", new ChangeReference("erp", table, key, value));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(AdaptersBench bench, string verb, object request) =>
        bench.SendAsync(HttpMethod.Post, $"/api/xref/{verb}", JsonContent.Create(request));
}
