using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Town.Business;
using Hub.Town.Business.Faults;

namespace Hub.Adapters.Tests.Customers;

/// <summary>Customers that change without an order reach the CRM, the last word last.</summary>
public sealed class CustomerTests : IAsyncLifetime
{
    private readonly AdaptersBench _bench = new();

    [Fact]
    public async Task Customers_ManyChangesThroughFaultsAndAKill_TheCrmHoldsTheLastOfEach()
    {
        await _bench.TurnDialsAsync(new FaultDial(ErrorRate: 0.4));
        for (var change = 0; change < 6; change++)
        {
            for (var customer = 0; customer < 4; customer++)
            {
                Assert.Equal(HttpStatusCode.Accepted, await PostAsync(new TakeCustomer($"C{customer}@b.example", $"Name {change}", $"{customer}", $"{change}")));
            }
        }

        Assert.Equal(HttpStatusCode.OK, await PostAsync(new TakeCustomer("c0@b.example", "Name 0", "0", "0")));
        await _bench.KillPlaneAsync();
        await _bench.StartPlaneAsync();
        await _bench.TurnDialsAsync(new FaultDial());

        await _bench.UntilAsync(async () => (await NamesAsync()).Count(name => name == "Name 5") == 4, "the last name of each");
        Assert.Equal(4, (await NamesAsync()).Count);
    }

    [Fact]
    public async Task Customers_WithoutAddress_AreRefused()
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(new TakeCustomer("nobody")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(new TakeCustomer("a b@c.example")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(new TakeCustomer("a@")));
    }

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task<HttpStatusCode> PostAsync(TakeCustomer customer)
    {
        using var response = await _bench.SendAsync(HttpMethod.Post, "/api/customers", JsonContent.Create(customer));
        return response.StatusCode;
    }

    private async Task<List<string>> NamesAsync() =>
        [.. (await _bench.AskTownAsync<JsonElement[]>(HttpMethod.Get, new Uri(_bench.Addresses.Crm, "/contacts"), TownTokens.Crm)).Select(contact => contact.GetProperty("name").GetString()!)];
}
