using System.Text.Json;
using Hub.Adapters.Orders;
using Hub.Adapters.Stock;
using Hub.Commerce;
using Hub.Orders;

namespace Hub.Adapters.Tests.Orders;

public sealed class OrderDefinitionTests
{
    private static readonly Order Order = new(
        OrderKey.Parse("web/1"), "1", new DateTimeOffset(2027, 1, 31, 6, 0, 0, TimeSpan.Zero), new Contact("a@b.example", "A. Buyer"),
        [new OrderLine(Sku.Parse("TS-001"), "Teapot", 2, Money.Parse("9.95 EUR"))], Money.Parse("19.90 EUR"),
        new Address("A. Buyer", "Main 1", "Berlin", "10115", "DE"));

    /// <summary>An owner that is taken out of the config and put back left what was booked in between held for ever.</summary>
    [Theory]
    [InlineData(true, false, new[] { "Held", "Booked" })]
    [InlineData(true, true, new[] { "Held", "Booked" })]
    [InlineData(false, true, new[] { "Booked" })]
    [InlineData(false, false, new string[0])]
    public void Handle_OwnerOfTheStockComesOrGoes_WhatIsHeldIsBooked(bool whenReceived, bool whenBooked, string[] phases)
    {
        var reserves = whenReceived;
        var process = OrderDefinition.Process(() => reserves);

        var received = process.Handle(null, OrderDefinition.ToMessage(Order.Key, "1", new ReceiveOrder(Order, DateTimeOffset.UnixEpoch)));
        reserves = whenBooked;
        var booked = process.Handle(received.State, OrderDefinition.ToMessage(Order.Key, "2", new OrderBooked(SaleNumber.Parse("S-1"))));

        Assert.Equal(
            phases,
            received.Effects.Concat(booked.Effects).Where(effect => effect.Kind == Reservation.Kind)
                .Select(effect => JsonSerializer.Deserialize<Reservation>(effect.Body, CommerceJson.Options)!.Phase.ToString()));
    }
}
