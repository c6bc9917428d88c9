using Hub.Commerce;

namespace Hub.Orders.Tests;

public sealed class OrderProcessTests
{
    [Fact]
    public void Handle_OrderOfTheShop_WalksToShipped()
    {
        var received = OrderProcess.Handle(null, Given.Receive());
        Assert.Equal(["UpsertContact", "BookOrder"], received.Commands.Select(command => command.GetType().Name));

        var booked = OrderProcess.Handle(received.State, new OrderBooked(SaleNumber.Parse("S-1")));
        Assert.IsType<BookShipment>(Assert.Single(booked.Commands));

        var shipped = OrderProcess.Handle(booked.State, new ShipmentBooked(Given.Shipment));
        Assert.Equal(OrderStatus.Shipped, shipped.State.Status);
        Assert.Equal(
            new ConfirmShipment(received.State.Order, null, Given.Shipment), Assert.Single(shipped.Commands));
    }

    [Fact]
    public void Handle_OrderOfAMarketplace_IsEnteredFirstAndConfirmedLast()
    {
        var order = Given.Order("market/M-7");
        var fetched = OrderProcess.Handle(null, new OrderFetched(order, "bazaar"));
        Assert.Equal(new EnterOrder(order), Assert.Single(fetched.Commands));

        var entered = OrderProcess.Handle(fetched.State, new OrderEntered("10050"));
        Assert.Empty(entered.Commands);
        Assert.IsType<EntryUnseen>(entered.Reminder!.Message);

        var state = Given.After(
            new OrderFetched(order, "bazaar"), new OrderEntered("10050"), Given.Receive(order), new OrderBooked(SaleNumber.Parse("S-1")));
        var shipped = OrderProcess.Handle(state, new ShipmentBooked(Given.Shipment));
        Assert.Equal(new ConfirmShipment(order, "bazaar", Given.Shipment), Assert.Single(shipped.Commands));
        Assert.Equal(OrderStatus.Confirmed, OrderProcess.Handle(shipped.State, new ShipmentConfirmed()).State.Status);
    }

    [Fact]
    public void Handle_FeedFasterThanTheEntrysAnswer_BooksAllTheSame()
    {
        var order = Given.Order("market/M-7");
        var state = Given.After(new OrderFetched(order, "bazaar"), Given.Receive(order));

        Assert.Equal(OrderStatus.Received, state.Status);
        Assert.Empty(OrderProcess.Handle(state, new OrderEntered("10050")).Commands);
        Assert.Empty(OrderProcess.Handle(state, new CommandRefused(nameof(EnterOrder), "Too late.")).Commands);
    }

    [Fact]
    public void Handle_PlacedBeforeTheIntake_IsKeptAndNotBooked()
    {
        var decision = OrderProcess.Handle(null, Given.Receive(Given.Order(minutesAfterIntake: -1)));

        Assert.Equal(OrderStatus.NotBooked, decision.State.Status);
        Assert.Empty(decision.Commands);
        Assert.Contains("before the intake", decision.State.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, OrderStatus.Received)]
    [InlineData(-1, OrderStatus.NotBooked)]
    public void Handle_PlacedLongBeforeTheIntake_IsHeldAgainstItByWhenItWasPaid(int paidMinutesAfter, OrderStatus status)
    {
        var order = Given.Order(minutesAfterIntake: -60 * 24) with { PaidAt = Given.Intake.AddMinutes(paidMinutesAfter) };

        Assert.Equal(status, OrderProcess.Handle(null, Given.Receive(order)).State.Status);
    }

    [Fact]
    public void Handle_HistoryOfAMarketplaceThatSomebodyChanged_IsKeptAndNotEntered()
    {
        var history = Given.Order("market/M-6", minutesAfterIntake: -1);

        var decision = OrderProcess.Handle(null, new OrderFetched(history, "bazaar", Given.Intake));
        Assert.Equal((OrderStatus.NotBooked, 0), (decision.State.Status, decision.Commands.Length));

        // The shop took it in by itself and shows it: as history too, or as paid since.
        Assert.Empty(OrderProcess.Handle(decision.State, Given.Receive(history)).Commands);
        Assert.Equal(OrderStatus.Received, OrderProcess.Handle(decision.State, Given.Receive(history with { PaidAt = Given.Intake })).State.Status);
    }

    [Fact]
    public void Handle_PlacedAtTheVeryIntake_IsBooked() => Assert.Equal(
        OrderStatus.Received, OrderProcess.Handle(null, Given.Receive(Given.Order(minutesAfterIntake: 0))).State.Status);

    [Fact]
    public void Handle_ReceivedAgain_BooksNothing()
    {
        var again = OrderProcess.Handle(Given.After(Given.Receive()), Given.Receive());

        Assert.Empty(again.Commands);
        Assert.Equal(OrderStatus.Received, again.State.Status);
    }

    [Fact]
    public void Handle_BookingRefused_ParksWithTheErpsWords()
    {
        var parked = OrderProcess.Handle(Given.After(Given.Receive()), new CommandRefused(nameof(BookOrder), "No article TS-001."));

        Assert.Equal(OrderStatus.Parked, parked.State.Status);
        Assert.Contains("No article TS-001.", parked.State.Reason, StringComparison.Ordinal);
        Assert.Empty(OrderProcess.Handle(parked.State, new OrderBooked(SaleNumber.Parse("S-1"))).Commands);
    }

    [Fact]
    public void Handle_ResumedAfterItWasParked_AsksAgainAndLooksFirst()
    {
        var parked = Given.After(Given.Receive(), new CommandGivenUp(nameof(BookOrder), "No answer.", true));

        var resumed = OrderProcess.Handle(parked, new ResumeOrder("The ERP is back"));
        Assert.Equal(OrderStatus.Received, resumed.State.Status);
        Assert.True(Assert.IsType<BookOrder>(Assert.Single(resumed.Commands)).Again);
        Assert.Equal(OrderStatus.Booked, OrderProcess.Handle(resumed.State, new OrderBooked(SaleNumber.Parse("S-1"))).State.Status);
    }

    [Theory]
    [InlineData(true, "MAY have done it")]
    [InlineData(false, "has not done it")]
    public void Handle_GivenUp_SaysWhetherTheVendorMayHaveIt(bool mayHave, string expected)
    {
        var parked = OrderProcess.Handle(Given.After(Given.Receive()), new CommandGivenUp(nameof(BookOrder), "No answer.", mayHave));

        Assert.Equal(OrderStatus.Parked, parked.State.Status);
        Assert.Contains(expected, parked.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_ContactRefused_HoldsNoOrderUp()
    {
        var state = OrderProcess.Handle(Given.After(Given.Receive()), new CommandRefused(nameof(UpsertContact), "No such domain.")).State;

        Assert.Equal(OrderStatus.Received, state.Status);
    }

    [Fact]
    public void Handle_EntryRefusedThenEnteredByHand_GoesOn()
    {
        var order = Given.Order("market/M-7");
        var parked = Given.After(new OrderFetched(order, "bazaar"), new CommandRefused(nameof(EnterOrder), "The totals don't fit."));

        Assert.Equal(OrderStatus.Parked, parked.Status);
        Assert.Equal(OrderStatus.Received, OrderProcess.Handle(parked, Given.Receive(order)).State.Status);
    }

    [Fact]
    public void Handle_EntryUnseen_TellsWhereToLook()
    {
        var state = Given.After(new OrderFetched(Given.Order("market/M-7"), "bazaar"), new OrderEntered("10050"), new EntryUnseen());

        Assert.Equal(OrderStatus.Entered, state.Status);
        Assert.Contains("hub dataset list", state.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_ReplyForAnUnknownOrder_IsABug() => Assert.Throws<InvalidOperationException>(
        () => OrderProcess.Handle(null, new OrderBooked(SaleNumber.Parse("S-1"))));
}
