using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>
/// What an ERP's connector has to keep to: an order is one sale, whatever becomes of the call, and the outcome says only what is known.
/// </summary>
public abstract class OrderBookingContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    /// <summary>Is it the call that makes the sale? The faults hit that one.</summary>
    protected abstract bool IsBooking(StubRequest request);

    /// <summary>How many sales of this order the vendor has that are not cancelled.</summary>
    protected abstract int SalesOf(OrderKey key);

    private IOrderBooking Booking => Port<IOrderBooking>();

    [Fact]
    public async Task Book_Order_IsOneSaleAndIsFound()
    {
        var order = SampleOrders.Plain();
        Assert.Null(Assert.IsType<CallOutcome<SaleNumber?>.Done>(await EndAsync(Booking.FindAsync(order.Key, Cancel))).Value);

        var sale = Assert.IsType<CallOutcome<SaleNumber>.Done>(await EndAsync(Booking.BookAsync(order, Cancel))).Value;

        Assert.Equal(sale, Assert.IsType<CallOutcome<SaleNumber?>.Done>(await EndAsync(Booking.FindAsync(order.Key, Cancel))).Value);
        Assert.Equal(1, SalesOf(order.Key));
    }

    [Theory]
    [MemberData(nameof(EffectFaults.Done), MemberType = typeof(EffectFaults))]
    public async Task Book_FaultAfterTheEffect_IsUnknownAndThenFound(string fault)
    {
        var order = SampleOrders.Plain();
        Stub.Fail(EffectFaults.Of(fault), IsBooking);

        var outcome = await EndAsync(Booking.BookAsync(order, Cancel));

        await UntilAsync(() => SalesOf(order.Key) == 1);
        Assert.True(outcome is CallOutcome<SaleNumber>.Unknown or CallOutcome<SaleNumber>.Done, $"{outcome}");
        Assert.Single(Stub.Requests, IsBooking);
        Assert.NotNull(Assert.IsType<CallOutcome<SaleNumber?>.Done>(await EndAsync(Booking.FindAsync(order.Key, Cancel))).Value);
    }

    [Theory]
    [MemberData(nameof(EffectFaults.Unclear), MemberType = typeof(EffectFaults))]
    public async Task Book_FaultBeforeTheEffect_IsUnknownAndNotAskedTwice(string fault)
    {
        var order = SampleOrders.Plain();
        Stub.Fail(EffectFaults.Of(fault), IsBooking);

        Assert.IsType<CallOutcome<SaleNumber>.Unknown>(await EndAsync(Booking.BookAsync(order, Cancel)));

        Assert.Single(Stub.Requests, IsBooking);
        Assert.Null(Assert.IsType<CallOutcome<SaleNumber?>.Done>(await EndAsync(Booking.FindAsync(order.Key, Cancel))).Value);
    }

    [Theory]
    [MemberData(nameof(EffectFaults.NotDone), MemberType = typeof(EffectFaults))]
    public async Task Book_RefusedForNoFaultOfTheOrder_IsNotDone(string fault)
    {
        Stub.Fail(EffectFaults.Of(fault), IsBooking, times: 2);

        var notDone = Assert.IsType<CallOutcome<SaleNumber>.NotDone>(await EndAsync(Booking.BookAsync(SampleOrders.Plain(), Cancel)));

        Assert.Equal(0, SalesOf(SampleOrders.Plain().Key));
        Assert.Equal(fault == StubFault.TooMany(7).Name ? TimeSpan.FromSeconds(7) : null, notDone.After is { TotalSeconds: 7 } ? notDone.After : null);
    }

    /// <summary>Until the vendor is through with what it does after the caller has gone.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var end = TimeProvider.System.GetTimestamp(); !condition() && TimeProvider.System.GetElapsedTime(end) < TimeSpan.FromMinutes(1);)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel);
        }

        Assert.True(condition(), "The vendor did not carry it out.");
    }
}
