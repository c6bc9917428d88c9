using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.References;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Ups.Tests;

public sealed class UpsShipmentTests : ConnectorContract<UpsStub>
{
    private const string Ship = "POST /api/shipments/v2409/ship";
    private UpsOptions? _options;

    private IShipmentBooking Carrier => Port<IShipmentBooking>();

    protected override UpsStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddUps(_options ?? UpsTestOptions.At(Stub.Address, Bench));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ship_Parcel_TellsAllThatUpsSays(bool unlisted)
    {
        Stub.Unlisted = unlisted;
        var parcel = new Parcel(SampleOrders.Plain(), 2, [new ParcelLine(Sku.Parse("TS-001"), 1)]);
        var shipment = await ShipAsync(parcel);

        Assert.Equal(
            new Shipment(TrackingNumber.Parse("1ZA1B2C30300000001"), "UPS", "https://www.ups.com/uel/llp/1ZA1B2C30300000001/link/labelAll")
            {
                Id = "1ZA1B2C30300000001",
                Service = "11",
                Cost = Money.Parse("8.05 EUR"),
                Lines = parcel.Lines,
            },
            shipment);
        var found = Assert.IsType<CallOutcome<Shipment?>.Done>(await EndAsync(Carrier.FindAsync(parcel, Cancel))).Value;
        Assert.Equal(shipment with { Service = null, Cost = null }, found);
        Assert.Equal("0.5", $"{Sent()["Package"]![0]!["PackageWeight"]!["Weight"]}");
    }

    [Fact]
    public async Task Ship_WithinTheUnitedStates_PutsTheReferenceOnThePackageInPoundsAndInches()
    {
        _options = UpsTestOptions.At(Stub.Address, Bench, new SenderOptions
        {
            Name = "Desk",
            Street = "Main 1",
            City = "Austin",
            Region = "TX",
            Zip = "78701",
            Country = "US",
            Phone = "5125550100",
        }, UpsUnits.Imperial);
        var order = SampleOrders.Plain();
        await ShipAsync(Parcel(order with { ShipTo = order.ShipTo with { Country = "US", Region = "NY", Zip = "10001" } }));

        Assert.Null(Sent()["ReferenceNumber"]);
        var package = Sent()["Package"]![0]!;
        Assert.Equal("web/10042", $"{package["ReferenceNumber"]![0]!["Value"]}");
        Assert.Equal(("2", "LBS"), ($"{package["PackageWeight"]!["Weight"]}", $"{package["PackageWeight"]!["UnitOfMeasurement"]!["Code"]}"));
        Assert.Equal(("12", "IN"), ($"{package["Dimensions"]!["Length"]}", $"{package["Dimensions"]!["UnitOfMeasurement"]!["Code"]}"));
    }

    [Fact]
    public async Task Ship_LongNameAndStreet_AreFittedAndNoLetterIsCut()
    {
        var name = string.Concat(Enumerable.Repeat("👩‍👩‍👧", 6));
        var order = SampleOrders.Plain();
        await ShipAsync(Parcel(order with
        {
            ShipTo = order.ShipTo with { Name = name, Street = "Straße des Siebzehnten Juni und der langen Namen 135", Street2 = "Hinterhaus", Country = "FR" },
        }));

        var to = Sent()["ShipTo"]!;
        Assert.Equal(string.Concat(Enumerable.Repeat("👩‍👩‍👧", 4)), $"{to["Name"]}");
        Assert.Equal(["Straße des Siebzehnten Juni und der", "langen Namen 135", "Hinterhaus"], to["Address"]!["AddressLine"]!.AsArray().Select(line => $"{line}"));
        Assert.Equal("49305550100", $"{to["Phone"]!["Number"]}");
        Assert.Equal("", $"{to["Address"]!["ResidentialAddressIndicator"]}");
    }

    [Theory]
    [InlineData("web/1234567890123456789012345678901234", "Main 1", "DE", 1, "reference")]
    [InlineData("web/ä", "Main 1", "DE", 1, "reference")]
    [InlineData("web/1", "Donaudampfschifffahrtsgesellschaftsstraße", "DE", 1, "street")]
    [InlineData("web/1", "Main 1", "CA", 1, "state")]
    [InlineData("web/1", "Main 1", "DE", 200, "70 kg")]
    public async Task Ship_WhatUpsCannotBeTold_IsRefusedAndNotSent(string key, string street, string country, int pieces, string reason)
    {
        var order = SampleOrders.Plain(key);
        var refused = await RefusedAsync(Parcel(order with
        {
            ShipTo = order.ShipTo with { Street = street, Country = country },
            Lines = [order.Lines[0] with { Quantity = pieces }],
        }));

        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
        Assert.Empty(Stub.Requests);
    }

    [Fact]
    public async Task Ship_ServiceOfTheChannel_BecomesUpssOrNamesTheRow()
    {
        var order = SampleOrders.Plain() with { ShipService = "Express" };
        Assert.Equal(new MissingReference("services", "Express"), (await RefusedAsync(Parcel(order))).Missing);

        Bench.Refer(CrossReferences.Services, "Express", "07");
        await ShipAsync(Parcel(order));

        Assert.Equal("07", $"{Sent()["Service"]!["Code"]}");
    }

    [Fact]
    public async Task Ship_Error_TellsCodeWordsAndTrace()
    {
        Stub.Answer(Ship, UpsStub.Error(400, "120202", "Missing or invalid ship to address line 1"));
        var refused = await RefusedAsync(Parcel(SampleOrders.Plain()));

        Assert.Contains("Missing or invalid ship to address line 1 (120202)", refused.Reason, StringComparison.Ordinal);
        Assert.Contains(Stub.Of(Ship)[0].Header("transId"), refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_SeveralWithTheReference_IsRefusedWithTheirNumbers()
    {
        await ShipAsync(Parcel(SampleOrders.Plain()));
        Stub.AddTwin("web/10042");

        var refused = Assert.IsType<CallOutcome<Shipment?>.Refused>(await EndAsync(Carrier.FindAsync(Parcel(SampleOrders.Plain()), Cancel)));
        Assert.Contains("1ZA1B2C30300000001, 1ZA1B2C30300000002", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_NothingForAnOrderOlderThanTheReach_IsNotBelieved()
    {
        var old = SampleOrders.Plain() with { PlacedAt = Bench.Time.GetUtcNow() - TimeSpan.FromDays(8) };
        var refused = Assert.IsType<CallOutcome<Shipment?>.Refused>(await EndAsync(Carrier.FindAsync(Parcel(old), Cancel)));

        Assert.Contains("LookUpReach", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_AnotherError_IsNotNothing()
    {
        Stub.Answer("POST /api/labels/v1/recovery", UpsStub.Error(400, "9801000", "System unavailable"));

        Assert.IsType<CallOutcome<Shipment?>.Refused>(await EndAsync(Carrier.FindAsync(Parcel(SampleOrders.Plain()), Cancel)));
    }

    [Fact]
    public async Task Void_RefusedWithin200_IsRefused()
    {
        var shipment = await ShipAsync(Parcel(SampleOrders.Plain()));
        Stub.Answer("DELETE /api/shipments/v2409/void/cancel/{id}", StubAnswer.Json(UpsStub.Voided("0", "Not Voided")));
        var refused = Assert.IsType<CallOutcome<Shipment>.Refused>(await EndAsync(Carrier.VoidAsync(Parcel(SampleOrders.Plain()), shipment, Cancel)));

        Assert.Contains("Not Voided", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Void_OnePackageNotVoided_IsRefused()
    {
        var shipment = await ShipAsync(Parcel(SampleOrders.Plain()));
        var answer = UpsStub.Voided("1", "Success");
        answer["VoidShipmentResponse"]!["PackageLevelResults"] = new JsonObject
        {
            ["TrackingNumber"] = shipment.Tracking.Text,
            ["Status"] = new JsonObject { ["Code"] = "0", ["Description"] = "Not Voided" },
        };
        Stub.Answer("DELETE /api/shipments/v2409/void/cancel/{id}", StubAnswer.Json(answer));

        Assert.IsType<CallOutcome<Shipment>.Refused>(await EndAsync(Carrier.VoidAsync(Parcel(SampleOrders.Plain()), shipment, Cancel)));
    }

    [Fact]
    public async Task Rate_Parcel_GivesTheAccountsRatesCheapestFirst()
    {
        var rates = await EndAsync(Port<IShippingRates>().RateAsync(Parcel(SampleOrders.Plain()), Cancel));

        Assert.Equal(
            [new ShippingRate("11", Money.Parse("12.40 EUR")), new ShippingRate("07", Money.Parse("22.50 EUR"), 1)],
            Assert.IsType<CallOutcome<ImmutableArray<ShippingRate>>.Done>(rates).Value);
    }

    private static Parcel Parcel(Order order) => new(order, 1, []);

    private JsonNode Sent() => Stub.Of(Ship)[^1].Json["ShipmentRequest"]!["Shipment"]!;

    private async Task<Shipment> ShipAsync(Parcel parcel) =>
        Assert.IsType<CallOutcome<Shipment>.Done>(await EndAsync(Carrier.ShipAsync(parcel, Cancel))).Value;

    private async Task<CallOutcome<Shipment>.Refused> RefusedAsync(Parcel parcel) =>
        Assert.IsType<CallOutcome<Shipment>.Refused>(await EndAsync(Carrier.ShipAsync(parcel, Cancel)));
}
