using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.References;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.ShipEngine.Tests;

public sealed class ShipEngineLabelTests : ConnectorContract<ShipEngineStub>
{
    private IShipmentBooking Carrier => Port<IShipmentBooking>();

    protected override ShipEngineStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShipEngine(ShipEngineTestOptions.At(Stub.Address, Bench));

    [Fact]
    public async Task Ship_Parcel_TellsAllThatTheLabelSays()
    {
        var parcel = new Parcel(SampleOrders.Plain(), 2, [new ParcelLine(Sku.Parse("TS-001"), 1)]);
        var shipment = await ShipAsync(parcel);

        Assert.Equal("1Z999AA10123456784", shipment.Tracking.Text);
        Assert.Equal("USPS", shipment.Carrier);
        Assert.Equal("https://api.shipengine.com/v1/downloads/10/label-123456.pdf", shipment.Label);
        Assert.Equal("se-123457", shipment.Id);
        Assert.Equal("usps_ground_advantage", shipment.Service);
        Assert.Equal(Money.Parse("7.33 USD"), shipment.Cost);
        Assert.Equal(parcel.Lines, shipment.Lines);
        var sent = Assert.Single(Stub.Of("POST /v1/labels")).Json["shipment"]!;
        Assert.Equal("web_10042~232", $"{sent["external_shipment_id"]}");
        Assert.Equal("web/10042#2", $"{sent["shipment_number"]}");
        Assert.Equal(500, (int)sent["packages"]![0]!["weight"]!["value"]!);
        Assert.Equal("Berlin", $"{sent["ship_to"]!["state_province"]}");
    }

    [Theory]
    [InlineData("fedex_ground", "se-123456", "fedex_ground")]
    [InlineData("se-77/fedex_ground", "se-77", "fedex_ground")]
    public async Task Ship_ServiceOfTheChannel_BecomesTheCarriers(string row, string account, string service)
    {
        Bench.Refer(CrossReferences.Services, "Express", row);
        var shipment = await ShipAsync(Parcel() with { Order = SampleOrders.Plain() with { ShipService = "Express" } });

        var sent = Assert.Single(Stub.Of("POST /v1/labels")).Json["shipment"]!;
        Assert.Equal((account, service), ($"{sent["carrier_id"]}", $"{sent["service_code"]}"));
        Assert.Equal(row, shipment.Service);
    }

    [Fact]
    public async Task Ship_ServiceWithoutARow_NamesTheRow()
    {
        var refused = await RefusedAsync(Parcel() with { Order = SampleOrders.Plain() with { ShipService = "Express" } });

        Assert.Equal(new MissingReference("services", "Express"), refused.Missing);
    }

    [Fact]
    public async Task Ship_RowThatIsNoService_IsRefused()
    {
        Bench.Refer(CrossReferences.Services, "Express", "FedEx Ground");
        var refused = await RefusedAsync(Parcel() with { Order = SampleOrders.Plain() with { ShipService = "Express" } });

        Assert.Contains("'FedEx Ground' is no service", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ship_ReferenceThatShipEngineWouldCut_IsRefusedAndNotSent()
    {
        var parcel = new Parcel(SampleOrders.Plain($"web/{new string('7', 47)}"), 1, []);
        var refused = await RefusedAsync(parcel);

        Assert.Contains("cuts behind 50", refused.Reason, StringComparison.Ordinal);
        Assert.Null(Assert.IsType<CallOutcome<Shipment?>.Done>(await Carrier.FindAsync(parcel, Cancel)).Value);
    }

    [Fact]
    public async Task Ship_ToTheUnitedStatesWithoutAState_IsRefused()
    {
        var order = SampleOrders.Plain();
        var refused = await RefusedAsync(Parcel() with { Order = order with { ShipTo = order.ShipTo with { Country = "US" } } });

        Assert.Contains("state", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ship_ReferenceThatIsTaken_GivesItsLabelAndBuysNone()
    {
        var first = await ShipAsync(Parcel());

        Assert.Equal(first, await ShipAsync(Parcel()));
        Assert.Single(Stub.Labels);
    }

    [Fact]
    public async Task Ship_ReferenceTakenByAVoidedLabel_IsRefused()
    {
        var first = await ShipAsync(Parcel());
        Assert.IsType<CallOutcome<Shipment>.Done>(await Carrier.VoidAsync(Parcel(), first, Cancel));

        Assert.Contains("already", (await RefusedAsync(Parcel(), sent: true)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ship_LabelThatIsStillMade_IsUnknownAndThenFound()
    {
        Stub.Change = label => label["status"] = "processing";
        Assert.IsType<CallOutcome<Shipment>.Unknown>(await EndAsync(Carrier.ShipAsync(Parcel(), Cancel)));
        Assert.IsType<CallOutcome<Shipment?>.NotDone>(await EndAsync(Carrier.FindAsync(Parcel(), Cancel)));

        Stub.Labels[0]["status"] = "completed";
        Assert.NotNull(Assert.IsType<CallOutcome<Shipment?>.Done>(await EndAsync(Carrier.FindAsync(Parcel(), Cancel))).Value);
    }

    [Fact]
    public async Task Ship_LabelWithoutTracking_IsLookedUpAndThenSaysThatItIsBought()
    {
        Stub.Change = label => label["tracking_number"] = "";
        Assert.IsType<CallOutcome<Shipment>.Unknown>(await EndAsync(Carrier.ShipAsync(Parcel(), Cancel)));

        var refused = Assert.IsType<CallOutcome<Shipment?>.Refused>(await EndAsync(Carrier.FindAsync(Parcel(), Cancel)));
        Assert.Contains("is bought", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("carrier", "business_rules", "unspecified", "Refused")]
    [InlineData("shipengine", "validation", "invalid_address", "Refused")]
    [InlineData("shipengine", "account_status", "insufficient_funds", "NotDone")]
    [InlineData("carrier", "account_status", "terms_not_accepted", "NotDone")]
    [InlineData("carrier", "system", "unspecified", "Unknown")]
    public async Task Ship_Error_IsWhoseItIs(string source, string type, string code, string outcome)
    {
        Stub.Answer("POST /v1/labels", ShipEngineStub.Error(400, code, "It is so", type, source));
        var said = await EndAsync(Carrier.ShipAsync(Parcel(), Cancel));

        Assert.Equal(outcome, said.GetType().Name);
        Assert.Contains("It is so", $"{said}", StringComparison.Ordinal);
        Assert.Contains("aa3d8e8e-462b-4476-9618-72db7f7b7009", $"{said}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_NotFoundOfAServerOnTheWay_IsNoAnswer()
    {
        await ShipAsync(Parcel());
        Stub.Answer("GET /v1/labels/external_shipment_id/{id}", StubAnswer.Text("<html>404</html>", 404, "text/html"));

        Assert.IsType<CallOutcome<Shipment?>.NotDone>(await EndAsync(Carrier.FindAsync(Parcel(), Cancel)));
    }

    [Fact]
    public async Task Find_LabelOfAnotherReference_IsNoAnswer()
    {
        await ShipAsync(Parcel());
        Stub.Answer("GET /v1/labels/external_shipment_id/{id}", StubAnswer.Json(new JsonObject
        {
            ["label_id"] = "se-1",
            ["status"] = "completed",
            ["voided"] = false,
            ["external_shipment_id"] = "WEB_10042",
            ["tracking_number"] = "1Z",
        }));

        Assert.IsType<CallOutcome<Shipment?>.Unknown>(await EndAsync(Carrier.FindAsync(Parcel(), Cancel)));
    }

    [Fact]
    public async Task Void_NotApproved_IsRefusedWithTheReason()
    {
        var shipment = await ShipAsync(Parcel());
        Stub.VoidRefusal = "label_already_used";
        var refused = Assert.IsType<CallOutcome<Shipment>.Refused>(await EndAsync(Carrier.VoidAsync(Parcel(), shipment, Cancel)));

        Assert.Contains("label_already_used", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(1, Stub.LabelsOf("web_10042"));
    }

    [Fact]
    public async Task Void_WithoutTheLabelsId_IsFoundByReference()
    {
        var shipment = await ShipAsync(Parcel());

        Assert.IsType<CallOutcome<Shipment>.Done>(await EndAsync(Carrier.VoidAsync(Parcel(), shipment with { Id = null }, Cancel)));
        Assert.Equal(0, Stub.LabelsOf("web_10042"));
    }

    [Fact]
    public async Task Calls_AnyOfThem_CarryTheKeyAndLogItNowhere()
    {
        await ShipAsync(Parcel());

        Assert.All(Stub.Requests, request => Assert.Equal("TEST_secret", request.Header("API-Key")));
        Assert.DoesNotContain(Bench.Log.Lines, line => line.Contains("TEST_secret", StringComparison.Ordinal));
    }

    private static Parcel Parcel() => new(SampleOrders.Plain(), 1, []);

    private async Task<Shipment> ShipAsync(Parcel parcel) =>
        Assert.IsType<CallOutcome<Shipment>.Done>(await EndAsync(Carrier.ShipAsync(parcel, Cancel))).Value;

    private async Task<CallOutcome<Shipment>.Refused> RefusedAsync(Parcel parcel, bool sent = false)
    {
        var refused = Assert.IsType<CallOutcome<Shipment>.Refused>(await EndAsync(Carrier.ShipAsync(parcel, Cancel)));
        Assert.True(sent || Stub.Requests.IsEmpty, "It was sent.");
        return refused;
    }
}
