using Hub.Commerce;

namespace Hub.Orders.Tests;

/// <summary>Orders as they come.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Intake = new(2027, 1, 31, 6, 0, 0, TimeSpan.Zero);

    public static readonly Shipment Shipment = new(TrackingNumber.Parse("T-1"), "Town Carrier");

    public static Order Order(string key = "web/10042", int minutesAfterIntake = 5) => new(
        OrderKey.Parse(key), "10042", Intake.AddMinutes(minutesAfterIntake), new Contact("a@b.example", "A. Buyer"),
        [new OrderLine(Sku.Parse("TS-001"), "Teapot", 2, Money.Parse("9.95 EUR"))], Money.Parse("19.90 EUR"),
        new Address("A. Buyer", "Main 1", "Berlin", "10115", "DE"));

    public static ReceiveOrder Receive(Order? order = null) => new(order ?? Order(), Intake);

    /// <summary>The state after these messages.</summary>
    public static OrderState After(params OrderMessage[] messages) =>
        messages.Aggregate((OrderState?)null, (state, message) => OrderProcess.Handle(state, message).State)!;
}
