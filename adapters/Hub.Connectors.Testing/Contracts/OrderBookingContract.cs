using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>
/// What an ERP's connector has to keep to: an order is one sale, whatever becomes of the call, and the outcome says only what is known.
/// </summary>
public abstract class OrderBookingContract<TStub> : EffectContract<TStub>
    where TStub : VendorStub
{
    private IOrderBooking Booking => Port<IOrderBooking>();

    /// <summary>Is it the call that makes the sale? The faults hit that one.</summary>
    protected abstract bool IsBooking(StubRequest request);

    /// <summary>How many sales of this order the vendor has that are not cancelled.</summary>
    protected abstract int SalesOf(OrderKey key);

    /// <summary>Fails unless the vendor's sale says what the order says: buyer, lines, prices, total.</summary>
    protected virtual void Holds(Order order)
    {
    }

    [Fact]
    public async Task Cancel_Sale_IsCancelledOnceOrRefusedWithWhatToDo()
    {
        var order = SampleOrders.Plain();
        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(order, Cancel))).Value;

        var outcome = Outcome.Of(await EndAsync(Booking.CancelAsync(order.Key, sale, Cancel))).Is("Done", "Refused");

        if (outcome.Kind == "Refused")
        {
            Assert.NotEmpty(outcome.Reason);
            return;
        }

        Assert.Equal(0, SalesOf(order.Key));
        Outcome.Of(await EndAsync(Booking.CancelAsync(order.Key, sale, Cancel))).Is("Done");
    }

    private protected sealed override bool IsEffect(StubRequest request) => IsBooking(request);

    private protected sealed override int Count(Order order) => SalesOf(order.Key);

    private protected sealed override async Task<Outcome> DoAsync(Order order) => Outcome.Of(await Booking.BookAsync(order, Cancel));

    private protected sealed override async Task<object?> FoundAsync(Order order) =>
        Assert.IsType<CallOutcome<SaleNumber?>.Done>(await Booking.FindAsync(order.Key, Cancel)).Value;

    private protected sealed override void Hold(Order order) => Holds(order);
}
