using Hub.Commerce;

namespace Hub.Orders.Tests;

public sealed class ObservingTests
{
    private static readonly Ownership Old = new(OrderOwner.OldExport, "OLD-10042");
    private static readonly SaleNumber Sale = SaleNumber.Parse("S-9");

    [Fact]
    public void Receive_OrderOfTheOldExport_HasNothingDoneAndLooksLater()
    {
        var decision = OrderProcess.Handle(null, Given.Receive() with { Ownership = Old });

        Assert.Equal(OrderStatus.Observed, decision.State.Status);
        Assert.Empty(decision.Commands);
        Assert.IsType<LookForSale>(decision.Reminder!.Message);
        Assert.Contains("would book 19.90 EUR, 2 pieces", decision.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_OrderOfTheOldExport_IsNotEnteredIntoTheShop()
    {
        var decision = OrderProcess.Handle(null, new OrderFetched(Given.Order("market/M-7"), "bazaar") { Ownership = Old });

        Assert.Equal(OrderStatus.Observed, decision.State.Status);
        Assert.Empty(decision.Commands);
    }

    /// <summary>A marketplace gives what was changed lately, too: an order of last year that was, must not come into the shop as a new one.</summary>
    [Fact]
    public void Fetch_OrderOfLastYearThatWasChangedToday_IsHistory()
    {
        var decision = OrderProcess.Handle(
            null, new OrderFetched(Given.Order("market/M-7", minutesAfterIntake: -60 * 24 * 90), "bazaar", Given.Intake));

        Assert.Equal(OrderStatus.NotBooked, decision.State.Status);
        Assert.Empty(decision.Commands);
    }

    [Theory]
    [InlineData("19.90 EUR", "as the hub would have")]
    [InlineData("18.00 EUR", "Sum differs: the old export booked 18.00 EUR as S-9")]
    [InlineData(null, "does not tell its sum")]
    public void Sought_SaleOfTheOldExport_IsCompared(string? total, string verdict)
    {
        var state = Given.After(Given.Receive() with { Ownership = Old }, new LookForSale(0));
        var decision = OrderProcess.Handle(state, new SaleSought(Sale, total is null ? null : Money.Parse(total), "OLD-10042"));

        Assert.Equal(OrderStatus.Observed, decision.State.Status);
        Assert.Contains(verdict, decision.State.Reason, StringComparison.Ordinal);
        Assert.Null(decision.Reminder);
    }

    [Fact]
    public void Sought_NothingAgainAndAgain_IsToldAsNotFoundAndEnds()
    {
        var state = Given.After(Given.Receive() with { Ownership = Old });
        var looks = 0;
        for (OrderReminder? reminder = new(new LookForSale(0), TimeSpan.Zero); reminder is not null; looks++)
        {
            var look = OrderProcess.Handle(state, reminder.Message);
            Assert.Equal(new SeekSale(state.Order, "OLD-10042"), Assert.Single(look.Commands));
            var sought = OrderProcess.Handle(look.State, new SaleSought(null));
            (state, reminder) = (sought.State, sought.Reminder);
            Assert.Contains("Not found", state.Reason, StringComparison.Ordinal);
        }

        Assert.Equal(5, looks);
        Assert.Contains("within", state.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Receive_AtTheEdge_IsLookedUpUnderBothReferencesAndLeftWhereTheOtherHasIt()
    {
        var decision = OrderProcess.Handle(null, Given.Receive() with { Ownership = new Ownership(OrderOwner.Hub, "OLD-10042", AtTheEdge: true) });
        var book = Assert.Single(decision.Commands.OfType<BookOrder>());
        Assert.Equal((true, "OLD-10042"), (book.Again, book.OldReference));

        var found = OrderProcess.Handle(decision.State, new SaleSought(Sale, Money.Parse("19.90 EUR"), "OLD-10042"));
        Assert.Equal((OrderStatus.Observed, OrderOwner.OldExport), (found.State.Status, found.State.Owner));
        Assert.Empty(found.Commands);
        Assert.Contains("had booked it already", found.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Receive_FetchedBeforeAndEnteredAfterTheHandOver_IsTheHubs()
    {
        var order = Given.Order("market/M-7");
        var observed = Given.After(new OrderFetched(order, "bazaar") { Ownership = Old });
        var decision = OrderProcess.Handle(observed, Given.Receive(order) with { Ownership = new Ownership(OrderOwner.Hub, null, AtTheEdge: true) });

        Assert.Equal(OrderStatus.Received, decision.State.Status);
        Assert.True(Assert.Single(decision.Commands.OfType<BookOrder>()).Again);
    }

    [Fact]
    public void Receive_EnteredByTheHubAndHandedBackMeanwhile_IsTheOldExports()
    {
        var order = Given.Order("market/M-7");
        var entered = Given.After(new OrderFetched(order, "bazaar"), new OrderEntered("10050"));
        var decision = OrderProcess.Handle(entered, Given.Receive(order) with { Ownership = Old });

        Assert.Equal(OrderStatus.Observed, decision.State.Status);
        Assert.Empty(decision.Commands);
    }

    [Fact]
    public void Receive_ChannelThatIsOff_IsKeptAndLeft()
    {
        var decision = OrderProcess.Handle(null, Given.Receive() with { Ownership = new Ownership(OrderOwner.Off) });

        Assert.Equal(OrderStatus.NotBooked, decision.State.Status);
        Assert.Null(decision.Reminder);
    }

    [Fact]
    public void Cancel_OrderOfTheOldExport_ChangesNothing()
    {
        var observed = Given.After(Given.Receive() with { Ownership = Old });

        Assert.False(OrderProcess.Handle(observed, new CancelOrder("by Ada")).Changes(observed));
    }
}
