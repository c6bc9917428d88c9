using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Town.Business;

namespace Hub.Adapters.Tests;

public sealed class ChangeOrderTests(AdaptersBench bench) : IClassFixture<AdaptersBench>
{
    [Fact]
    public async Task Cancel_AfterTheLabel_LeavesNoSaleAndNoLabel()
    {
        const string key = "web/cancelled";
        await bench.ReceiveAsync(bench.Order(key));
        await bench.UntilAsync(async () => await bench.StateAsync(key) == "shipped", $"{key} is shipped");

        using var answer = await ChangeAsync("cancel", new ChangeOrder(key, "The buyer called", "Ada"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await bench.UntilAsync(async () => await bench.StateAsync(key) == "cancelled", $"{key} is cancelled");

        Assert.True(Flag(await SoldAsync(bench.Addresses.Erp, "/sales", TownTokens.Erp, key), "cancelled"));
        Assert.True(Flag(await SoldAsync(bench.Addresses.Carrier, "/shipments", TownTokens.Carrier, key), "voided"));
        using var again = await ChangeAsync("cancel", new ChangeOrder(key));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task Retry_OfAParkedOrder_AsksAgain()
    {
        const string key = "web/odd-article";
        await bench.ReceiveAsync(bench.Order(key, sku: "XX-1"));
        await bench.UntilAsync(async () => await bench.StateAsync(key) == "parked", $"{key} is parked");

        using var answer = await ChangeAsync("retry", new ChangeOrder(key, "The article is made", "Ada"));
        Assert.Equal("received", (await answer.Content.ReadFromJsonAsync<OrderAnswer>(TestContext.Current.CancellationToken))!.Order.State);

        // The article is not made, so the ERP refuses again: asked twice, sold never.
        await bench.UntilAsync(
            async () => (await bench.GetAsync<OrderDetail>($"/api/orders/{key}")).Steps.Count(step => step is { Step: "BookOrder", Outcome: "refused" }) == 2,
            "the ERP is asked again");
        Assert.DoesNotContain(key, await bench.CountAsync(bench.Addresses.Erp, "/sales", TownTokens.Erp));
    }

    [Theory]
    [InlineData("cancel", "web/nobody", HttpStatusCode.NotFound)]
    [InlineData("retry", "no key", HttpStatusCode.NotFound)]
    public async Task Change_OfAnOrderThatIsNotThere_IsRefused(string verb, string key, HttpStatusCode expected)
    {
        using var answer = await ChangeAsync(verb, new ChangeOrder(key));

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Ship_OfAnOrderThatLeftAtOnce_IsAConflictWithItsReason()
    {
        const string key = "web/at-once";
        await bench.ReceiveAsync(bench.Order(key));
        await bench.UntilAsync(async () => await bench.StateAsync(key) == "shipped", $"{key} is shipped");

        using var answer = await ChangeAsync("ship", new ShipOrder(key));
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    private Task<HttpResponseMessage> ChangeAsync(string verb, object request) =>
        bench.SendAsync(HttpMethod.Post, $"/api/orders/{verb}", JsonContent.Create(request));

    private async Task<JsonElement> SoldAsync(Uri system, string path, string token, string reference) =>
        Assert.Single(await bench.AskTownAsync<JsonElement[]>(HttpMethod.Get, new Uri(system, $"{path}?reference={Uri.EscapeDataString(reference)}"), token));

    private static bool Flag(JsonElement row, string name) => row.GetProperty(name).GetBoolean();
}
