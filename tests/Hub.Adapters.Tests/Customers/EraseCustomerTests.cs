using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Adapters.Customers;
using Hub.Commerce;
using Hub.Control.Protocol;
using Hub.Town.Business;

namespace Hub.Adapters.Tests.Customers;

/// <summary><c>hub customer erase | export</c>.</summary>
public sealed class EraseCustomerTests(AdaptersBench bench) : IClassFixture<AdaptersBench>
{
    private static readonly Contact Ann = new("ann+shop@b.example", "Ann Ambrosia");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erase_FinishedAndParkedOrders_ForgetsTheFinishedOnesThenTheRestThenTheContact()
    {
        await bench.ReceiveAsync(By("web/1", Ann));
        await bench.ReceiveAsync(By("web/2", Ann) with { Lines = bench.Order("web/2", sku: "XX-1").Lines });
        await bench.ReceiveAsync(By("web/3", new Contact("j" + Ann.Email, "Joann Other")));
        await bench.UntilAsync(
            async () => await bench.StateAsync("web/1") == "shipped" && await bench.StateAsync("web/2") == "parked" && await bench.StateAsync("web/3") == "shipped",
            "two are shipped and one is parked");
        await bench.UntilAsync(async () => await ContactsAsync() == 2, "the CRM knows both");
        var export = await PostAsync<CustomerExport>("export");
        Assert.Equal(["web/1", "web/2"], export.Orders.Select(order => order.Key).Order());
        Assert.Contains(export.Orders[0].Texts, text => text.In == "state" && text.Text.Contains("Ambrosia", StringComparison.Ordinal));

        var first = await PostAsync<ErasedCustomer>("erase");
        Assert.Equal(["web/1"], first.Erased);
        Assert.Equal(["web/2"], first.UnderWay);
        Assert.Empty(first.Contacts);
        Assert.Equal(2, await ContactsAsync());
        using var cancel = await bench.SendAsync(HttpMethod.Post, "/api/orders/cancel", JsonContent.Create(new ChangeOrder("web/2")));
        await bench.UntilAsync(async () => await bench.StateAsync("web/2") == "cancelled", "it is cancelled");
        var second = await PostAsync<ErasedCustomer>("erase");

        Assert.Equal(["web/2"], second.Erased);
        Assert.Equal(("crm", true), (Assert.Single(second.Contacts).Connector, second.Contacts[0].Done));
        Assert.Equal(1, await ContactsAsync());
        Assert.Empty((await PostAsync<CustomerExport>("export")).Orders);
        var order = await bench.GetAsync<OrderDetail>("/api/orders/web/1");
        Assert.DoesNotContain("Ambrosia", JsonSerializer.Serialize(order), StringComparison.Ordinal);
        Assert.Equal(("shipped", "19.90 EUR"), (order.Order.State, order.Order.Total));
        Assert.Contains("Joann", JsonSerializer.Serialize(await bench.GetAsync<OrderDetail>("/api/orders/web/3")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erase_CustomerWithoutAnOrder_IsForgottenAndTheKeyIsNoAddress()
    {
        const string Email = "Bea@b.example";
        using var told = await bench.SendAsync(HttpMethod.Post, "/api/customers", JsonContent.Create(new TakeCustomer(Email, "Bea Bramble", "99", "1")));
        await bench.UntilAsync(async () => await KnowsAsync("Bramble"), "the CRM knows her");
        var key = BuyerKey.Of(Email);
        Assert.Equal(key, Assert.Single((await PostAsync<CustomerExport>("export", Email)).Orders).Key);

        await bench.UntilAsync(async () => (await PostAsync<ErasedCustomer>("erase", Email)).Erased is [var erased] && erased == key, "nothing of her is under way");

        Assert.Empty((await PostAsync<CustomerExport>("export", Email)).Orders);
        Assert.False(await KnowsAsync("Bramble"));
        using var again = await bench.SendAsync(HttpMethod.Post, "/api/customers", JsonContent.Create(new TakeCustomer(Email, "Bea Bramble", "99", "1")));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Erase_WhatIsNoAddress_IsRefused()
    {
        using var response = await bench.SendAsync(HttpMethod.Post, "/api/customers/erase", JsonContent.Create(new CustomerRequest("@")));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("\"a@b.example\"", true)]
    [InlineData("It is A@B.example.", true)]
    [InlineData("aa@b.example, a@b.example", true)]
    [InlineData("aa@b.example", false)]
    [InlineData("x.a@b.example", false)]
    [InlineData("a@b.example.com", false)]
    [InlineData("a@b.examples", false)]
    public void Holds_AddressInAText_IsFoundWholeOnly(string text, bool found) => Assert.Equal(found, CustomerOrders.Holds(text, "a@b.example"));

    private Order By(string key, Contact buyer)
    {
        var order = bench.Order(key);
        return order with { Buyer = buyer, ShipTo = order.ShipTo with { Name = buyer.Name } };
    }

    private async Task<bool> KnowsAsync(string name) => (await ContactNamesAsync()).Any(contact => contact.Contains(name, StringComparison.Ordinal));

    private async Task<int> ContactsAsync() => (await ContactNamesAsync()).Count(name => name.StartsWith("Ann ", StringComparison.Ordinal) || name.StartsWith("Joann ", StringComparison.Ordinal));

    private async Task<List<string>> ContactNamesAsync() =>
        [.. (await bench.AskTownAsync<JsonElement[]>(HttpMethod.Get, new Uri(bench.Addresses.Crm, "/contacts"), TownTokens.Crm)).Select(contact => contact.GetProperty("name").GetString()!)];

    private async Task<T> PostAsync<T>(string verb, string? email = null)
    {
        using var response = await bench.SendAsync(HttpMethod.Post, $"/api/customers/{verb}", JsonContent.Create(new CustomerRequest(email ?? Ann.Email, "asked", "anna")));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<T>(Cancel))!;
    }
}
