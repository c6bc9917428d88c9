using System.Text.Json;
using Hub.Commerce;

namespace Hub.Migration.Tests.Outbox;

public sealed class OutboxRuleTests : IAsyncLifetime
{
    private readonly TownFiles _town = new();

    public async ValueTask InitializeAsync() => await FeedAsync();

    public ValueTask DisposeAsync()
    {
        _town.Dispose();
        return default;
    }

    [Fact]
    public async Task Order_PaidAndWhole_IsToldOnceAsHubCommercesOrder()
    {
        Header(1, "pending", 29.9m, "web");
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'TS-001', 'Teapot', 2, 9.95), (11, 1, 2, 'TS-002', 'Cup', 1, 10)");
        await FeedAsync();
        Assert.Empty(Outbox());
        _town.Legacy("UPDATE Orders SET Status = 'paid'");
        await FeedAsync();
        _town.Write("new-order.db", "UPDATE hub_outbox SET posted_ms = 1");
        _town.Legacy("UPDATE Orders SET ShipName = 'B'; UPDATE OrderLine SET Name = 'Big cup' WHERE Id = 11");
        await FeedAsync();

        Assert.Equal(["order shop/N1"], Outbox());
        var order = JsonSerializer.Deserialize<Order>(_town.Rows("new-order.db", "SELECT body FROM hub_outbox").Single(), CommerceJson.Options)!;
        Assert.Equal(OrderKey.Parse("shop/N1"), order.Key);
        Assert.Equal("N1", order.Number);
        Assert.Equal(new DateTimeOffset(2026, 1, 15, 11, 0, 0, TimeSpan.Zero), order.PlacedAt);
        Assert.Equal(new Contact("a@b.test", "A", null), order.Buyer);
        Assert.Equal(new Money(29.90m, "EUR"), order.Total);
        Assert.Equal(new Address("A", "S", "C", "Z", "DE"), order.ShipTo);
        Assert.Equal([("TS-001", 2, "9.95 EUR"), ("TS-002", 1, "10.00 EUR")], order.Lines.Select(line => (line.Sku.Text, line.Quantity, line.UnitPrice.ToString())));
        Assert.Empty(order.Problems());
    }

    [Fact]
    public async Task Order_OfAMarketplace_HasTheMarketplacesKey()
    {
        Header(1, "paid", 5, "market", "market/M-7");
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5)");
        await FeedAsync();

        Assert.Equal(["order market/M-7"], Outbox());
    }

    [Fact]
    public async Task Order_WhoseLinesComeLater_IsToldWhenTheySumUp()
    {
        Header(1, "paid", 15, "web");
        await FeedAsync();
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5)");
        await FeedAsync();
        Assert.Empty(Outbox());
        _town.Legacy("INSERT INTO OrderLine VALUES(11, 1, 1, 'a', 'A', 2, 5)");
        await FeedAsync();

        Assert.Equal(["order shop/N1"], Outbox());
    }

    [Fact]
    public async Task Order_WithALineTooMuch_IsToldWhenThatGoes()
    {
        Header(1, "paid", 5, "web");
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5), (11, 1, 1, 'b', 'B', 1, 5)");
        await FeedAsync();
        Assert.Empty(Outbox());
        _town.Legacy("DELETE FROM OrderLine WHERE Id = 11");
        await FeedAsync();

        Assert.Equal(["order shop/N1"], Outbox());
    }

    [Fact]
    public async Task Order_ThatNeverSumsUp_IsToldToAPerson()
    {
        Header(1, "paid", 15, "web");
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5)");
        await FeedAsync();
        await using (var open = new OneTarget(_town.Dataset("orders"), "order"))
        {
            var now = TimeProvider.System.GetUtcNow();
            Assert.Empty(await open.Target.Store.Outbox.ReadUntoldAsync(now, TestContext.Current.CancellationToken));
            var reason = Assert.Single(await open.Target.Store.Outbox.ReadUntoldAsync(now.AddMinutes(2), TestContext.Current.CancellationToken));
            Assert.Contains("order 1 is told to nobody", reason, StringComparison.Ordinal);
            Assert.Contains("1 lines sum up to 5.00 and its total is 15.00", reason, StringComparison.Ordinal);
        }

        _town.Legacy("UPDATE Orders SET Total = 5");
        await FeedAsync();
        Assert.Empty(_town.Rows("new-order.db", "SELECT key FROM hub_untold"));
        Assert.Equal(["order shop/N1"], Outbox());
    }

    [Fact]
    public async Task Order_CorrectedBeforeItIsTaken_IsToldAsItIsNow()
    {
        Header(1, "paid", 5, "web");
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5)");
        await FeedAsync();
        _town.Legacy("UPDATE Orders SET ShipCountry = 'AT'");
        await FeedAsync();
        Assert.Equal(["AT"], _town.Rows("new-order.db", "SELECT json_extract(body, '$.shipTo.country') FROM hub_outbox"));
        _town.Write("new-order.db", "UPDATE hub_outbox SET posted_ms = 1");
        _town.Legacy("UPDATE Orders SET ShipCountry = 'CH'");
        await FeedAsync();

        Assert.Equal(["AT 1"], _town.Rows("new-order.db", "SELECT json_extract(body, '$.shipTo.country'), posted_ms FROM hub_outbox"));
    }

    [Fact]
    public async Task Order_WhoseTimeIsOff_MakesDoubtOfClockAndZone()
    {
        await using var open = new OneTarget(_town.Dataset("orders"), "order");
        await open.DrainAsync();
        Header(1, "paid", 5, "web");
        await open.Until(() => open.Target.Status.Problems.Any(problem => problem.Contains("TimeZone is wrong", StringComparison.Ordinal)));
        var berlin = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        _town.Legacy(FormattableString.Invariant(
            $"INSERT INTO Orders VALUES(2, 'N2', NULL, 'a@b.test', 'paid', 5, 'EUR', 'web', NULL, 'A', 'S', 'C', 'Z', 'DE', '{berlin:yyyy-MM-dd HH:mm:ss}', NULL)"));

        await open.Until(() => open.Target.Status.Problems.IsEmpty);
    }

    [Fact]
    public async Task Order_OfWhichSomethingWaitsInQuarantine_IsToldWhenThatIsHealed()
    {
        Header(1, "pending", 5, "web");
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5)");
        await FeedAsync();
        _town.Legacy("UPDATE OrderLine SET UnitPrice = 4.999; UPDATE Orders SET Status = 'paid'");
        await FeedAsync();
        Assert.Empty(Outbox());
        _town.Legacy("UPDATE OrderLine SET UnitPrice = 5");
        await FeedAsync();

        Assert.Equal(["order shop/N1"], Outbox());
    }

    [Fact]
    public async Task Order_FromBeforeTheStart_IsToldByTheCopyToo()
    {
        using var town = new TownFiles();
        Header(1, "paid", 5, "web", null, town);
        town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5)");
        await town.FeedAsync("orders", "order");

        Assert.Equal(["order shop/N1"], town.Rows("new-order.db", "SELECT kind, key FROM hub_outbox"));
    }

    private Task FeedAsync() => _town.FeedAsync("orders", "order");

    private string[] Outbox() => _town.Rows("new-order.db", "SELECT kind, key FROM hub_outbox");

    private void Header(int id, string status, decimal total, string channel, string? reference = null, TownFiles? town = null) => (town ?? _town).Legacy(FormattableString.Invariant(
        $"""
        INSERT INTO Orders VALUES({id}, 'N{id}', NULL, 'a@b.test', '{status}', {total}, 'EUR', '{channel}', {(reference is null ? "NULL" : $"'{reference}'")},
          'A', 'S', 'C', 'Z', 'DE', '2026-01-15 12:00:00', NULL)
        """));
}
