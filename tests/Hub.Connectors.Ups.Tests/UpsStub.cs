using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Ups.Tests;

/// <summary>UPS with one account. Answers are made as its schemas have them: texts for numbers, lists where version v2409 gives lists.</summary>
public sealed class UpsStub : VendorStub
{
    public const string Account = "A1B2C3";

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, StubAnswer> _answers = new();
    private ImmutableList<UpsStubShipment> _shipments = [];
    private int _tokens;

    public UpsStub()
    {
        On("POST /security/v1/oauth/token", Token);
        Teach("POST /api/shipments/v2409/ship", request => Ship(request.Json["ShipmentRequest"]!["Shipment"]!));
        Teach("POST /api/labels/v1/recovery", request => Recover(request.Json["LabelRecoveryRequest"]!["ReferenceValues"]!));
        Teach("DELETE /api/shipments/v2409/void/cancel/{id}", request => Void(request.Path.Split('/')[^1]));
        Teach("POST /api/rating/v2409/Shop", _ => Rates());
    }

    /// <summary>Answers lists of one as the one itself, as versions before v2403 do, and LabelRecovery still.</summary>
    public bool Unlisted { get; set; }

    /// <summary>How many shipments have this reference and are not voided.</summary>
    public int ShipmentsOf(string reference) => _shipments.Count(shipment => shipment.Reference == reference && !shipment.Voided);

    /// <summary>From now on these calls are answered with that, and nothing is done.</summary>
    public void Answer(string operation, StubAnswer answer) => _answers[operation] = answer;

    /// <summary>A shipment that somebody else made with the same reference.</summary>
    public void AddTwin(string reference) => _shipments = _shipments.Add(new UpsStubShipment(Number(_shipments.Count + 1), reference, false));

    public static StubAnswer Error(int status, string code, string message) => StubAnswer.Json(
        new JsonObject { ["response"] = new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }) } }, status);

    private void Teach(string operation, Func<StubRequest, StubAnswer> answer) => On(operation, request =>
        request.Header("Authorization") != string.Create(CultureInfo.InvariantCulture, $"Bearer ups-access-{_tokens}")
            ? Error(401, "250002", "Invalid Authentication Information.")
            : _answers.TryGetValue(operation, out var given) ? given : answer(request));

    private StubAnswer Token(StubRequest request) =>
        request.Header("Authorization") == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("client:ups-secret"))
            && request.Header("x-merchant-id") == Account && request.Text == "grant_type=client_credentials"
            ? StubAnswer.Json(new JsonObject
            {
                ["token_type"] = "Bearer",
                ["issued_at"] = "1801375200000",
                ["client_id"] = "client",
                ["access_token"] = string.Create(CultureInfo.InvariantCulture, $"ups-access-{Interlocked.Increment(ref _tokens)}"),
                ["expires_in"] = "14399",
                ["status"] = "approved",
            })
            : Error(401, "10401", "ClientId is Invalid");

    private StubAnswer Ship(JsonNode shipment)
    {
        lock (_lock)
        {
            var reference = shipment["ReferenceNumber"]?[0]?["Value"] ?? shipment["Package"]![0]!["ReferenceNumber"]![0]!["Value"];
            var number = Number(_shipments.Count + 1);
            _shipments = _shipments.Add(new UpsStubShipment(number, $"{reference}", false));
            return StubAnswer.Json(new JsonObject
            {
                ["ShipmentResponse"] = new JsonObject
                {
                    ["Response"] = new JsonObject { ["ResponseStatus"] = Code("1", "Success") },
                    ["ShipmentResults"] = new JsonObject
                    {
                        ["ShipmentCharges"] = new JsonObject { ["TransportationCharges"] = Money("11.20"), ["TotalCharges"] = Money("12.40") },
                        ["NegotiatedRateCharges"] = new JsonObject { ["TotalCharge"] = Money("8.05") },
                        ["BillingWeight"] = new JsonObject { ["UnitOfMeasurement"] = Code("KGS", "Kilograms"), ["Weight"] = "1.0" },
                        ["ShipmentIdentificationNumber"] = number,
                        ["PackageResults"] = List(new JsonObject
                        {
                            ["TrackingNumber"] = number,
                            ["ShippingLabel"] = new JsonObject { ["ImageFormat"] = Code("GIF", "GIF"), ["GraphicImage"] = "R0lGODlhAQABAAAAACw=" },
                        }),
                        ["LabelURL"] = Page(number),
                    },
                },
            });
        }
    }

    private StubAnswer Recover(JsonNode values)
    {
        var found = _shipments.Where(shipment => !shipment.Voided && shipment.Reference == $"{values["ReferenceNumber"]!["Value"]}"
            && $"{values["ShipperNumber"]}" == Account).ToList();
        return found switch
        {
            [] => Error(400, "9801031", "The shipment for the requested tracking number or the combination of reference number plus shipper number could not be found."),
            [var one] => Recovered(new JsonObject
            {
                ["ShipmentIdentificationNumber"] = one.Number,
                ["LabelResults"] = List(new JsonObject
                {
                    ["TrackingNumber"] = one.Number,
                    ["LabelImage"] = new JsonObject
                    {
                        ["LabelImageFormat"] = new JsonObject { ["Code"] = "PDF" },
                        ["GraphicImage"] = "JVBERi0xLjMNJeLjz9MNCjIw=",
                        ["URL"] = Page(one.Number),
                    },
                }),
            }),
            _ => Recovered(new JsonObject
            {
                ["TrackingCandidate"] = new JsonArray([.. found.Select(one => (JsonNode)new JsonObject { ["TrackingNumber"] = one.Number })]),
            }),
        };

        static StubAnswer Recovered(JsonObject response)
        {
            response["Response"] = new JsonObject { ["ResponseStatus"] = Code("1", "Success") };
            return StubAnswer.Json(new JsonObject { ["LabelRecoveryResponse"] = response });
        }
    }

    private StubAnswer Void(string number)
    {
        lock (_lock)
        {
            if (_shipments.Find(shipment => shipment.Number == number) is not { } shipment)
            {
                return Error(400, "190102", "No shipment found within the allowed void period");
            }

            if (shipment.Voided)
            {
                return Error(400, "190117", "The shipment has already been voided");
            }

            _shipments = _shipments.Replace(shipment, shipment with { Voided = true });
            return StubAnswer.Json(Voided("1", "Voided"));
        }
    }

    /// <summary>What a void is answered with: 200 whatever became of it.</summary>
    public static JsonObject Voided(string code, string description) => new()
    {
        ["VoidShipmentResponse"] = new JsonObject
        {
            ["Response"] = new JsonObject { ["ResponseStatus"] = Code("1", "Success") },
            ["SummaryResult"] = new JsonObject { ["Status"] = Code(code, description) },
        },
    };

    private static StubAnswer Rates() => StubAnswer.Json(new JsonObject
    {
        ["RateResponse"] = new JsonObject
        {
            ["Response"] = new JsonObject { ["ResponseStatus"] = Code("1", "Success") },
            ["RatedShipment"] = new JsonArray(Rated("07", "30.10", "22.50", "1"), Rated("11", "12.40", null, null)),
        },
    });

    private static JsonObject Rated(string service, string published, string? negotiated, string? days)
    {
        var rated = new JsonObject { ["Service"] = Code(service, ""), ["TotalCharges"] = Money(published) };
        if (negotiated is not null)
        {
            rated["NegotiatedRateCharges"] = new JsonObject { ["TotalCharge"] = Money(negotiated) };
        }

        if (days is not null)
        {
            rated["GuaranteedDelivery"] = new JsonObject { ["BusinessDaysInTransit"] = days };
        }

        return rated;
    }

    private JsonNode List(JsonObject one) => Unlisted ? one : new JsonArray(one);

    private static JsonObject Code(string code, string description) => new() { ["Code"] = code, ["Description"] = description };

    private static JsonObject Money(string amount) => new() { ["CurrencyCode"] = "EUR", ["MonetaryValue"] = amount };

    private static string Number(int number) => string.Create(CultureInfo.InvariantCulture, $"1Z{Account}03{number:00000000}");

    private static string Page(string number) => $"https://www.ups.com/uel/llp/{number}/link/labelAll";
}

internal sealed record UpsStubShipment(string Number, string Reference, bool Voided);
