using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.ShipEngine.Tests;

/// <summary>The suite's faults.</summary>
public sealed class ShipEngineBookingTests : ShipmentBookingContract<ShipEngineStub>
{
    protected override IReadOnlyList<string> StateFields => ["status", "carrier_code", "tracking_status", "charge_event"];

    protected override ShipEngineStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShipEngine(ShipEngineTestOptions.At(Stub.Address, Bench));

    protected override bool IsBooking(StubRequest request) => request.Is("POST /v1/labels");

    protected override bool IsVoiding(StubRequest request) => request.Is("PUT /v1/labels/{id}/void");

    protected override int LabelsOf(Parcel parcel) => Stub.LabelsOf(ShipEngineReference.Of(parcel));

    protected override void Holds(Parcel parcel)
    {
        var sent = Stub.Of("POST /v1/labels")[^1].Json["shipment"]!;
        Assert.Equal(parcel.Reference, $"{sent["shipment_number"]}");
        Assert.Equal(parcel.Order.ShipTo.Name, $"{sent["ship_to"]!["name"]}");
        Assert.Equal(parcel.Order.ShipTo.Street, $"{sent["ship_to"]!["address_line1"]}");
        Assert.Equal((parcel.Pieces * 400) + 100, (int)sent["packages"]![0]!["weight"]!["value"]!);
    }
}
