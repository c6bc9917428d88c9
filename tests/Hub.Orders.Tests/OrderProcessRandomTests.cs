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
        new CommandGivenUp(nameof(BookShipment), "No answer.", true), new CommandRefused(nameof(ConfirmShipment), "No."),
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
                asked.AddRange(decision.Commands.Select(command => command.GetType().Name));
                Assert.False(string.IsNullOrEmpty(decision.Note));
                Assert.Equal(decision.State.Status is OrderStatus.Parked, decision.State.ParkedAt is not null);
                state = decision.State;
            }

            Assert.Equal(asked.Count, asked.Distinct().Count());
        });
}
