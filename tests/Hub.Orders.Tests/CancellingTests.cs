using Hub.Commerce;

namespace Hub.Orders.Tests;

public sealed class CancellingTests
{
    private static readonly OrderBooked Booked = new(SaleNumber.Parse("S-1"));
    private static readonly CancelOrder Cancel = new("The buyer changed his mind");

    [Fact]
    public void Handle_CancelledWhileItIsBooked_CancelsTheSaleAndShipsNothing()
    {
        var state = Given.After(Given.Receive(), Cancel);
        Assert.Equal(OrderStatus.Received, state.Status);

        var booked = OrderProcess.Handle(state, Booked);
        Assert.Equal(SaleNumber.Parse("S-1"), Assert.IsType<CancelSale>(Assert.Single(booked.Commands)).Sale);

        var cancelled = OrderProcess.Handle(booked.State, new SaleCancelled()).State;
        Assert.Equal(OrderStatus.Cancelled, cancelled.Status);
        Assert.Contains("The shop holds it as 10042", cancelled.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_CancelledBeforeTheBookingBegan_IsCancelledWithoutASale() => Assert.Equal(
        OrderStatus.Cancelled, Given.After(Given.Receive(), Cancel, new CommandDropped(nameof(BookOrder))).Status);

    [Fact]
    public void Handle_CancelledAfterTheLabel_GivesItBackAndThenCancelsTheSale()
    {
        var state = Given.After(Given.Receive(), Booked, new ShipmentBooked(Given.Shipment));

        var voiding = OrderProcess.Handle(state, Cancel);
        Assert.Equal(Given.Shipment, Assert.IsType<VoidShipment>(Assert.Single(voiding.Commands)).Shipment);
        var voided = OrderProcess.Handle(voiding.State, new ShipmentVoided());
        Assert.IsType<CancelSale>(Assert.Single(voided.Commands));
        Assert.Equal(OrderStatus.Cancelled, OrderProcess.Handle(voided.State, new SaleCancelled()).State.Status);
    }

    [Fact]
    public void Handle_LabelBoughtWhileItWasCancelled_IsGivenBackAndTheChannelIsNotTold()
    {
        var decision = OrderProcess.Handle(Given.After(Given.Receive(), Booked, Cancel), new ShipmentBooked(Given.Shipment));

        Assert.IsType<VoidShipment>(Assert.Single(decision.Commands));
    }

    [Fact]
    public void Handle_CarrierKeepsTheLabel_TheOrderGoesOnAndTellsThatItIsAReturn()
    {
        var state = Given.After(Given.Receive(), Booked, Cancel, new ShipmentBooked(Given.Shipment));

        var kept = OrderProcess.Handle(state, new CommandRefused(nameof(VoidShipment), "It is on its way.", 1));

        Assert.IsType<ConfirmShipment>(Assert.Single(kept.Commands));
        Assert.Equal(OrderStatus.Shipped, kept.State.Status);
        Assert.Contains("It is a return.", kept.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_CancelledAfterTheChannelKnows_IsAReturn()
    {
        var decision = OrderProcess.Handle(
            Given.After(Given.Receive(), Booked, new ShipmentBooked(Given.Shipment), new ShipmentConfirmed()), Cancel);

        Assert.Empty(decision.Commands);
        Assert.Equal(OrderStatus.Confirmed, decision.State.Status);
        Assert.Contains("return", decision.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_ErpRefusesToCancel_ParksForAPerson()
    {
        var state = Given.After(
            Given.Receive(), Booked, Cancel, new CommandDropped(nameof(BookShipment), 1), new CommandRefused(nameof(CancelSale), "It is invoiced."));

        Assert.Equal(OrderStatus.Parked, state.Status);
        Assert.Contains("It is invoiced.", state.Reason, StringComparison.Ordinal);
        Assert.IsType<CancelSale>(Assert.Single(OrderProcess.Handle(state, new ResumeOrder("Credited")).Commands));
    }

    [Theory]
    [InlineData(false, OrderStatus.Cancelled)]
    [InlineData(true, OrderStatus.Parked)]
    public void Handle_CancelledWhileParkedAtTheErp_IsCancelledOnlyWhereTheErpHasItNot(bool mayHave, OrderStatus expected) => Assert.Equal(
        expected, Given.After(Given.Receive(), new CommandGivenUp(nameof(BookOrder), "No answer.", mayHave), Cancel).Status);

    [Fact]
    public void Handle_CancelledOnItsWayIntoTheShop_IsNeverBooked()
    {
        var order = Given.Order("market/M-7");
        var state = Given.After(new OrderFetched(order, "bazaar"), Cancel, new OrderEntered("10050"));

        Assert.Equal(OrderStatus.Cancelled, state.Status);
        Assert.Empty(OrderProcess.Handle(state, Given.Receive(order)).Commands);
    }
}
