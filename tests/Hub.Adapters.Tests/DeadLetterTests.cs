using System.Net;
using System.Net.Http.Json;
using Hub.Adapters.Orders;
using Hub.Connectors;
using Hub.Control.Protocol;
using Hub.Processes;
using Hub.Town.Business;
using Hub.Town.Business.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Tests;

public sealed class DeadLetterTests : IAsyncLifetime
{
    private readonly AdaptersBench _bench = new() { Patience = TimeSpan.FromMinutes(1) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retry_OfAGivenUpCommand_TakesTheOrderToItsEndOnce(bool byLetter)
    {
        const string key = "web/1";
        await _bench.TurnDialsAsync(new FaultDial(Down: true));
        await _bench.ReceiveAsync(_bench.Order(key));
        await _bench.UntilAsync(async () => (await ListAsync()).Length == 2, "the sale and the contact are given up");
        Assert.Equal("parked", await _bench.StateAsync(key));
        var sale = Assert.Single(await ListAsync(), letter => letter.Kind == "BookOrder");
        Assert.Equal((key, "command", null), (sale.Key, sale.What, sale.Settled));
        Assert.Contains("TS-001", (await _bench.GetAsync<DeadLetterDetail>($"/api/deadletters/{sale.Id}")).Body, StringComparison.Ordinal);

        await _bench.TurnDialsAsync(new FaultDial());
        using var retried = byLetter
            ? await ChangeAsync("retry", sale.Id)
            : await _bench.SendAsync(HttpMethod.Post, "/api/orders/retry", JsonContent.Create(new ChangeOrder(key, "It is back", "Ada")));
        Assert.Equal(HttpStatusCode.OK, retried.StatusCode);
        await _bench.UntilAsync(async () => await _bench.StateAsync(key) == "shipped", $"{key} is shipped");

        Assert.Equal(1, (await _bench.CountAsync(_bench.Addresses.Erp, "/sales", TownTokens.Erp))[key]);
        var settled = (await _bench.GetAsync<DeadLetterDetail>($"/api/deadletters/{sale.Id}")).Letter;
        Assert.Equal("retried", settled.Settled);
        Assert.Contains("Ada", settled.SettledBy, StringComparison.Ordinal);
        using var again = await ChangeAsync("retry", sale.Id);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);

        // No order waits for its contact: it is run again by itself.
        using var contact = await ChangeAsync("retry", Assert.Single(await ListAsync()).Id);
        Assert.Equal(HttpStatusCode.OK, contact.StatusCode);
        await _bench.UntilAsync(async () => (await _bench.OrdersAsync()).Single().Waiting is null, "nothing is left to do");
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Unreadable_CannotBeRetried_AndIsDiscarded()
    {
        var store = _bench.Services.GetRequiredService<IProcessStore>();
        var odd = new UnreadableOrder(Commerce.OrderKey.Parse("market/odd"), "{\"id\":\"odd\"}", "It has no lines.");
        await store.BuryAsync(OrderDefinition.Unreadable(odd), odd.Reason, Cancel);
        var letter = Assert.Single(await ListAsync());

        using var retry = await ChangeAsync("retry", letter.Id);
        Assert.Equal(HttpStatusCode.Conflict, retry.StatusCode);
        Assert.Contains("hub deadletter discard", await retry.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var discard = await ChangeAsync("discard", letter.Id);
        Assert.Equal("discarded", (await discard.Content.ReadFromJsonAsync<DeadLetterView>(Cancel))!.Settled);
        using var again = await ChangeAsync("discard", letter.Id);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Empty(await ListAsync());
        using var nobody = await ChangeAsync("discard", 4711);
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private Task<DeadLetterView[]> ListAsync() => _bench.GetAsync<DeadLetterView[]>("/api/deadletters");

    private Task<HttpResponseMessage> ChangeAsync(string verb, long id) =>
        _bench.SendAsync(HttpMethod.Post, $"/api/deadletters/{verb}", JsonContent.Create(new ChangeDeadLetter(id, "It is back", "Ada")));
}
