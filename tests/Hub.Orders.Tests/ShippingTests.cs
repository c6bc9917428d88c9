using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Orders.Tests;

public sealed class ShippingTests
{
    private static readonly OrderBooked Booked = new(SaleNumber.Parse("S-1"));
    private static readonly ImmutableArray<ParcelLine> One = [new ParcelLine(Sku.Parse("TS-001"), 1)];

    [Fact]
    public void Handle_TwoParcels_ShipsWhenBothLeftAndConfirmsEach()
    {
        var state = Given.After(Received(ShippingMode.OnRequest), Booked, new ShipParcel("box-1", One));
        Assert.Equal(OrderStatus.Booked, state.Status);

        var first = OrderProcess.Handle(state, new ShipmentBooked(Given.Shipment with { Lines = One }));
        Assert.Equal(OrderStatus.PartlyShipped, first.State.Status);
        Assert.Equal(1, Assert.IsType<ConfirmShipment>(Assert.Single(first.Commands)).Parcel);

        var rest = OrderProcess.Handle(first.State, new ShipParcel("box-2", []));
        var parcel = Assert.IsType<BookShipment>(Assert.Single(rest.Commands)).Parcel;
        Assert.Equal(("web/10042#2", 1), (parcel.Reference, parcel.Pieces));

        var shipped = OrderProcess.Handle(rest.State, new ShipmentBooked(Given.Shipment, 2));
        Assert.Equal(OrderStatus.Shipped, shipped.State.Status);
        var one = OrderProcess.Handle(shipped.State, new ShipmentConfirmed(2)).State;
        Assert.Equal(OrderStatus.Shipped, one.Status);
        Assert.Equal(OrderStatus.Confirmed, OrderProcess.Handle(one, new ShipmentConfirmed(1)).State.Status);
    }

    [Fact]
    public void Handle_MoreThanRemains_IsNotShipped()
    {
        var state = Given.After(Received(ShippingMode.OnRequest), Booked, new ShipParcel("box-1", One));

        var decision = OrderProcess.Handle(state, new ShipParcel("box-2", [new ParcelLine(Sku.Parse("TS-001"), 2)]));

        Assert.Empty(decision.Commands);
        Assert.Contains("1 remain", decision.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_TheSameParcelAskedForTwice_IsOneLabel() => Assert.Empty(OrderProcess.Handle(
        Given.After(Received(ShippingMode.OnRequest), Booked, new ShipParcel("box-1", One)), new ShipParcel("box-1", One)).Commands);

    [Fact]
    public void Handle_ShippedByTheErp_BuysNoLabelAndTellsTheChannelOnce()
    {
        var state = Given.After(Received(ShippingMode.ByErp), Booked);
        var shipped = OrderProcess.Handle(state, new GoodsShipped("SH-9", Given.Shipment));

        Assert.IsType<ConfirmShipment>(Assert.Single(shipped.Commands));
        Assert.Equal(OrderStatus.Shipped, shipped.State.Status);
        Assert.Empty(OrderProcess.Handle(shipped.State, new GoodsShipped("SH-9", Given.Shipment)).Commands);
    }

    [Fact]
    public void Handle_CarrierRefusesOneOfTwoParcels_TheOtherGoesOn()
    {
        var state = Given.After(
            Received(ShippingMode.OnRequest), Booked, new ShipParcel("box-1", One), new ShipParcel("box-2", One),
            new CommandRefused(nameof(BookShipment), "No such street.", 1));
        Assert.Equal(OrderStatus.Parked, state.Status);

        var second = OrderProcess.Handle(state, new ShipmentBooked(Given.Shipment, 2));
        Assert.IsType<ConfirmShipment>(Assert.Single(second.Commands));
        Assert.Equal(OrderStatus.Parked, second.State.Status);

        var resumed = OrderProcess.Handle(second.State, new ResumeOrder("The street is corrected"));
        Assert.Equal(1, Assert.IsType<BookShipment>(Assert.Single(resumed.Commands)).Parcel.Number);
        Assert.Equal(OrderStatus.Shipped, OrderProcess.Handle(resumed.State, new ShipmentBooked(Given.Shipment)).State.Status);
    }

    private static ReceiveOrder Received(ShippingMode mode) => Given.Receive() with { Shipping = mode };
}
