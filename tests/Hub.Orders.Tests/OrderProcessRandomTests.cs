using CsCheck;
using Hub.Commerce;

namespace Hub.Orders.Tests;

public sealed class OrderProcessRandomTests
{
    private static readonly OrderMessage[] Any =
    [
        new OrderFetched(Given.Order("market/M-7"), "bazaar"), new OrderEntered("10050"), new EntryUnseen(), Given.Receive(Given.Order("market/M-7")),
        new OrderBooked(SaleNumber.Parse("S-1")), new ShipmentBooked(Given.Shipment), new ShipmentConfirmed(),
        new CommandRefused(nameof(EnterOrder), "No."), new CommandRefused(nameof(BookOrder), "No."),
        new CommandGivenUp(nameof(BookShipment), "No answer.", true, 1), new CommandRefused(nameof(ConfirmShipment), "No.", 1),
        new ShipmentBooked(Given.Shipment, 2), new ShipmentConfirmed(2), new ShipParcel("a", [new ParcelLine(Sku.Parse("TS-001"), 1)]), new ShipParcel("b", []),
        new CancelOrder("The buyer changed his mind"), new ShipmentVoided(), new ShipmentVoided(2), new SaleCancelled(),
        new CommandRefused(nameof(VoidShipment), "It is on its way.", 1), new CommandDropped(nameof(BookShipment), 1), new CommandDropped(nameof(BookOrder)),
        Given.Receive(Given.Order("market/M-7")) with { Shipping = ShippingMode.OnRequest },
    ];

    /// <summary>Whatever comes, in whatever order and how often: each thing is asked for once at most.</summary>
    [Fact]
    public void Handle_AnyMessagesInAnyOrder_AsksForEachThingOnce() =>
        Gen.Int[0, Any.Length - 1].Select(index => Any[index]).Array[1, 40].Sample(messages =>
        {
            OrderState? state = null;
            var asked = new List<string>();
            foreach (var message in messages)
            {
                if (state is null && message is not (OrderFetched or ReceiveOrder))
                {
                    continue;
                }

                var decision = OrderProcess.Handle(state, message);
                asked.AddRange(decision.Commands.Select(command => $"{command.GetType().Name} {command.OfParcel}"));
                Assert.False(string.IsNullOrEmpty(decision.Note));
                Assert.Equal(decision.State.Status is OrderStatus.Parked, !decision.State.Standstills.IsEmpty);
                Assert.True(decision.State.Status is not OrderStatus.Cancelled || decision.State.Sale is null);
                Assert.All(decision.State.Parcels, parcel => Assert.True(
                    decision.State.Status is not OrderStatus.Cancelled || parcel.Status is ParcelStatus.Voided));
                Assert.True(Shipped(decision.State) <= decision.State.Order.Lines.Sum(line => line.Quantity), "More is shipped than was bought.");
                state = decision.State;
            }

            // A carrier that kept a label may be asked for it again, when somebody cancels again.
            asked.RemoveAll(command => command.StartsWith(nameof(VoidShipment), StringComparison.Ordinal));
            Assert.Equal(asked.Count, asked.Distinct().Count());
        });

    private static int Shipped(OrderState state) => state.Parcels.Where(parcel => parcel.Status is not ParcelStatus.Voided)
        .Sum(parcel => new Parcel(state.Order, parcel.Number, parcel.Lines).Pieces);
}
