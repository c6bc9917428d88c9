using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Ups.Tests;

/// <summary>The suite's faults.</summary>
public sealed class UpsBookingTests : ShipmentBookingContract<UpsStub>
{
    protected override IReadOnlyList<string> StateFields => ["Description"];

    protected override UpsStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddUps(UpsTestOptions.At(Stub.Address, Bench));

    protected override bool IsBooking(StubRequest request) => request.Is("POST /api/shipments/v2409/ship");

    protected override bool IsVoiding(StubRequest request) => request.Is("DELETE /api/shipments/v2409/void/cancel/{id}");

    protected override int LabelsOf(Parcel parcel) => Stub.ShipmentsOf(parcel.Reference);

    protected override void Holds(Parcel parcel)
    {
        var sent = Stub.Of("POST /api/shipments/v2409/ship")[^1].Json["ShipmentRequest"]!["Shipment"]!;
        Assert.Equal(parcel.Reference, $"{sent["ReferenceNumber"]![0]!["Value"]}");
        Assert.Equal(parcel.Order.ShipTo.Name, $"{sent["ShipTo"]!["Name"]}");
        Assert.Equal(parcel.Order.ShipTo.Street, $"{sent["ShipTo"]!["Address"]!["AddressLine"]![0]}");
    }
}
