using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What a carrier's connector has to keep to: a parcel is one paid label, whatever becomes of the call.</summary>
public abstract class ShipmentBookingContract<TStub> : EffectContract<TStub>
    where TStub : VendorStub
{
    private IShipmentBooking Booking => Port<IShipmentBooking>();

    /// <summary>Is it the call that buys the label? The faults hit that one.</summary>
    protected abstract bool IsBooking(StubRequest request);

    /// <summary>Is it the call that gives the label back?</summary>
    protected abstract bool IsVoiding(StubRequest request);

    /// <summary>How many labels of this parcel the vendor has that were not given back.</summary>
    protected abstract int LabelsOf(Parcel parcel);

    /// <summary>Fails unless the vendor's shipment says what the parcel says: address, reference.</summary>
    protected virtual void Holds(Parcel parcel)
    {
    }

    [Fact]
    public async Task Ship_TwoParcelsOfAnOrder_AreTwoLabelsWithTheirOwnReferences()
    {
        var (one, two) = (Of(SampleOrders.Plain(), 1), Of(SampleOrders.Plain(), 2));
        var first = Assert.IsType<CallOutcome<Shipment>.Done>(await EndAsync(Booking.ShipAsync(one, Cancel))).Value;
        var second = Assert.IsType<CallOutcome<Shipment>.Done>(await EndAsync(Booking.ShipAsync(two, Cancel))).Value;

        Assert.NotEqual(first.Tracking, second.Tracking);
        Assert.Equal(first.Tracking, Assert.IsType<CallOutcome<Shipment?>.Done>(await EndAsync(Booking.FindAsync(one, Cancel))).Value?.Tracking);
        Assert.Equal(second.Tracking, Assert.IsType<CallOutcome<Shipment?>.Done>(await EndAsync(Booking.FindAsync(two, Cancel))).Value?.Tracking);
    }

    [Fact]
    public async Task Void_Label_IsGivenBackOnceAndNotFound()
    {
        var (parcel, shipment) = await ShippedAsync();

        Outcome.Of(await EndAsync(Booking.VoidAsync(parcel, shipment, Cancel))).Is("Done");

        Assert.Equal(0, LabelsOf(parcel));
        Assert.Null(await EndAsync(FoundAsync(parcel.Order)));
        Outcome.Of(await EndAsync(Booking.VoidAsync(parcel, shipment, Cancel))).Is("Done");
    }

    [Theory]
    [MemberData(nameof(EffectFaults.Done), MemberType = typeof(EffectFaults))]
    public async Task Void_FaultAfterIt_IsDoneWhenAskedAgain(string fault)
    {
        var (parcel, shipment) = await ShippedAsync();
        Stub.Fail(EffectFaults.Of(fault), IsVoiding);

        Outcome.Of(await EndAsync(Booking.VoidAsync(parcel, shipment, Cancel))).Is("Unknown", "Done");

        await UntilAsync(() => LabelsOf(parcel) == 0, "The vendor did not give it back.");
        Outcome.Of(await EndAsync(Booking.VoidAsync(parcel, shipment, Cancel))).Is("Done");
    }

    private protected sealed override bool IsEffect(StubRequest request) => IsBooking(request);

    private protected sealed override int Count(Order order) => LabelsOf(Of(order, 1));

    private protected sealed override async Task<Outcome> DoAsync(Order order) => Outcome.Of(await Booking.ShipAsync(Of(order, 1), Cancel));

    private protected sealed override async Task<object?> FoundAsync(Order order) =>
        Assert.IsType<CallOutcome<Shipment?>.Done>(await Booking.FindAsync(Of(order, 1), Cancel)).Value;

    private protected sealed override void Hold(Order order) => Holds(Of(order, 1));

    private static Parcel Of(Order order, int number) => new(order, number, []);

    private async Task<(Parcel Parcel, Shipment Shipment)> ShippedAsync()
    {
        var parcel = Of(SampleOrders.Plain(), 1);
        return (parcel, Assert.IsType<CallOutcome<Shipment>.Done>(await EndAsync(Booking.ShipAsync(parcel, Cancel))).Value);
    }
}
