using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What a channel's confirmations have to keep to: the buyer is told of each parcel once, however often the channel is.</summary>
public abstract class OrderConfirmationContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    private IOrderConfirmation Confirmation => Port<IOrderConfirmation>();

    /// <summary>An order that the vendor has and that is to be shipped, with ids of lines where the vendor has them.</summary>
    protected abstract Order Shippable();

    /// <summary>Is it the call that confirms? The faults hit that one.</summary>
    protected abstract bool IsConfirming(StubRequest request);

    /// <summary>The tracking numbers that the vendor has for the order, each as often as the buyer would see it.</summary>
    protected abstract IReadOnlyList<string> TrackingOf(OrderKey key);

    [Fact]
    public async Task Confirm_Twice_IsToldOnce()
    {
        var order = Shippable();

        Outcome.Of(await ConfirmAsync(order, Parcel("JD001"))).Is("Done");
        Outcome.Of(await ConfirmAsync(order, Parcel("JD001"))).Is("Done");

        Assert.Equal(["JD001"], TrackingOf(order.Key));
    }

    [Theory]
    [MemberData(nameof(EffectFaults.All), MemberType = typeof(EffectFaults))]
    public async Task Confirm_Fault_IsToldOnceInTheEnd(string fault)
    {
        var order = Shippable();
        Stub.Fail(EffectFaults.Of(fault), IsConfirming);
        var outcome = Outcome.Of(await ConfirmAsync(order, Parcel("JD001"))).Is("Unknown", "NotDone", "Done");
        Stub.Heal();
        Bench.Time.Advance(TimeSpan.FromMinutes(2));

        if (EffectFaults.Of(fault) is { CarriesOut: true })
        {
            await UntilAsync(() => TrackingOf(order.Key).Count > 0, "The vendor did not carry it out.");
            Assert.NotEqual("NotDone", outcome.Kind);
        }

        Outcome.Of(await ConfirmAsync(order, Parcel("JD001"))).Is("Done");
        Assert.Equal(["JD001"], TrackingOf(order.Key));
    }

    [Fact]
    public async Task Confirm_TwoParcels_AreBothTold()
    {
        var order = Shippable();
        Assert.SkipUnless(order.Lines.Length > 1 || order.Lines[0].Quantity > 1, "The order has one piece.");
        var line = order.Lines[0];

        Outcome.Of(await ConfirmAsync(order, Parcel("JD001") with { Lines = [new ParcelLine(line.Sku, 1)] })).Is("Done");
        Outcome.Of(await ConfirmAsync(order, Parcel("JD002") with { Lines = [new ParcelLine(line.Sku, line.Quantity - 1)] })).Is("Done");

        Assert.Equal(["JD001", "JD002"], TrackingOf(order.Key).Order());
    }

    [Fact]
    public async Task Confirm_VendorSendsOurSecretsBack_TellsThemToNobody()
    {
        Stub.Fail(StubFault.Echo, IsConfirming);

        var outcome = Outcome.Of(await ConfirmAsync(Shippable(), Parcel("JD001"))).Is("Refused", "NotDone", "Unknown");

        Bench.AssertNoSecretIn([outcome.Reason, .. Bench.Log.Lines, .. Bench.LastErrors]);
    }

    private Shipment Parcel(string tracking) => new(TrackingNumber.Parse(tracking), "DHL") { ShippedAt = Bench.Time.GetUtcNow() };

    private Task<CallOutcome<OrderKey>> ConfirmAsync(Order order, Shipment shipment) => EndAsync(Confirmation.ConfirmAsync(order, shipment, Cancel));
}
