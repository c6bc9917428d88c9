using System.Text.Json;
using Hub.Commerce;

namespace Hub.Migration.Tests.Outbox;

public sealed class OutboxRuleTests : IDisposable
{
    private readonly TownFiles _town = new();

    public OutboxRuleTests() => _town.Feed("orders", "order");

    public void Dispose() => _town.Dispose();

    [Fact]
    public void Order_PaidAndWhole_IsToldOnceAsHubCommercesOrder()
    {
        Header(1, "pending", 29.9m, "web");
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'TS-001', 'Teapot', 2, 9.95), (11, 1, 2, 'TS-002', 'Cup', 1, 10)");
        Feed();
        Assert.Empty(Outbox());
        _town.Legacy("UPDATE Orders SET Status = 'paid'");
        Feed();
        _town.Legacy("UPDATE Orders SET ShipName = 'B'; UPDATE OrderLine SET Name = 'Big cup' WHERE Id = 11");
        Feed();

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
    public void Order_OfAMarketplace_HasTheMarketplacesKey()
    {
        Header(1, "paid", 5, "market", "market/M-7");
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5)");
        Feed();

        Assert.Equal(["order market/M-7"], Outbox());
    }

    [Fact]
    public void Order_WhoseLinesComeLater_IsToldWhenTheySumUp()
    {
        Header(1, "paid", 15, "web");
        Feed();
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5)");
        Feed();
        Assert.Empty(Outbox());
        _town.Legacy("INSERT INTO OrderLine VALUES(11, 1, 1, 'a', 'A', 2, 5)");
        Feed();

        Assert.Equal(["order shop/N1"], Outbox());
    }

    [Fact]
    public void Order_WithALineTooMuch_IsToldWhenThatGoes()
    {
        Header(1, "paid", 5, "web");
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5), (11, 1, 1, 'b', 'B', 1, 5)");
        Feed();
        Assert.Empty(Outbox());
        _town.Legacy("DELETE FROM OrderLine WHERE Id = 11");
        Feed();

        Assert.Equal(["order shop/N1"], Outbox());
    }

    [Fact]
    public void Order_OfWhichSomethingWaitsInQuarantine_IsToldWhenThatIsHealed()
    {
        Header(1, "pending", 5, "web");
        _town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5)");
        Feed();
        _town.Legacy("UPDATE OrderLine SET UnitPrice = 4.999; UPDATE Orders SET Status = 'paid'");
        Feed();
        Assert.Empty(Outbox());
        _town.Legacy("UPDATE OrderLine SET UnitPrice = 5");
        Feed();

        Assert.Equal(["order shop/N1"], Outbox());
    }

    [Fact]
    public void Order_FromBeforeTheStart_IsToldByTheCopyToo()
    {
        using var town = new TownFiles();
        Header(1, "paid", 5, "web", null, town);
        town.Legacy("INSERT INTO OrderLine VALUES(10, 1, 1, 'a', 'A', 1, 5)");
        town.Feed("orders", "order");

        Assert.Equal(["order shop/N1"], town.Rows("new-order.db", "SELECT kind, key FROM hub_outbox"));
    }

    private void Feed() => _town.Feed("orders", "order");

    private string[] Outbox() => _town.Rows("new-order.db", "SELECT kind, key FROM hub_outbox");

    private void Header(int id, string status, decimal total, string channel, string? reference = null, TownFiles? town = null) => (town ?? _town).Legacy(FormattableString.Invariant(
        $"""
        INSERT INTO Orders VALUES({id}, 'N{id}', NULL, 'a@b.test', '{status}', {total}, 'EUR', '{channel}', {(reference is null ? "NULL" : $"'{reference}'")},
          'A', 'S', 'C', 'Z', 'DE', '2026-01-15 12:00:00', NULL)
        """));
}
