using Hub.Control.Protocol;

namespace Hub.Acceptance;

public sealed class When_a_cart_is_evacuated(TownOfPlanes fixture) : TownScenario(fixture), IClassFixture<TownOfPlanes>
{
    [Fact]
    public async Task Should_stand_at_legacy_at_the_next_request()
    {
        await Town.ShiftAsync("checkout", 100);
        using var visitor = new Visitor(Town.Shop);
        await visitor.AddAsync(product: 1, quantity: 2);
        await visitor.AddAsync(product: 9, quantity: 1);
        await ShouldHoldAsync(visitor, "new", (1, 2), (9, 1));

        await Town.Control.RollbackGroupAsync("checkout", new RollbackGroup(Wait: true), Cancelled);
        await ShouldHoldAsync(visitor, "new", (1, 2), (9, 1));

        await Town.Control.RollbackGroupAsync("checkout", new RollbackGroup(Evacuate: true, Wait: true), Cancelled);
        await ShouldHoldAsync(visitor, "legacy", (1, 2), (9, 1));
    }

    [Fact]
    public async Task Should_join_the_carts_of_two_devices_at_the_log_in()
    {
        await Town.Control.RollbackAllAsync(new RollbackGroup(Wait: true), Cancelled);
        using var phone = new Visitor(Town.Gateways[0]);
        await phone.LogInAsync(customer: 77);
        await phone.AddAsync(product: 3, quantity: 1);
        await ShouldHoldAsync(phone, "legacy", (3, 1));

        await Town.ShiftAsync("checkout", 100);
        using var laptop = new Visitor(Town.Gateways[1]);
        await laptop.AddAsync(product: 5, quantity: 2);
        await ShouldHoldAsync(laptop, "new", (5, 2));
        await laptop.LogInAsync(customer: 77);

        await ShouldHoldAsync(laptop, "legacy", (3, 1), (5, 2));
        await ShouldHoldAsync(phone, "legacy", (3, 1), (5, 2));
    }

    private static async Task ShouldHoldAsync(Visitor visitor, string side, params (int Product, int Quantity)[] lines)
    {
        var cart = await visitor.CartAsync();
        Assert.Equal(lines, cart.Lines.Select(line => (line.Key, line.Value)));
        Assert.Equal(side, cart.Side);
    }
}
