using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.ShipEngine.Tests;

/// <summary>ShipEngine with one carrier account. Its labels look as in the example of its description, with all that a label declares.</summary>
public sealed class ShipEngineStub : VendorStub
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, StubAnswer> _answers = new();
    private ImmutableList<JsonObject> _labels = [];

    public ShipEngineStub()
    {
        Teach("POST /v1/labels", request => Buy((JsonObject)request.Json["shipment"]!));
        Teach("GET /v1/labels/external_shipment_id/{id}", request => Find(request.Path.Split('/')[^1]));
        Teach("PUT /v1/labels/{id}/void", request => Void(request.Path.Split('/')[^2]));
        Teach("POST /v1/rates/estimate", _ => StubAnswer.Json(new JsonArray(
            Rate("ups_ground", 9.35m), Rate("usps_priority_mail", 7.33m), Rate("usps_media_mail", 3m, "invalid"), Rate("mixed", 1m, insurance: "eur"))));
    }

    /// <summary>The labels that were bought, voided ones among them.</summary>
    public IReadOnlyList<JsonObject> Labels => _labels;

    /// <summary>What a void is answered with; null: it is approved.</summary>
    public string? VoidRefusal { get; set; }

    /// <summary>What is changed in each label that is bought from now on.</summary>
    public Action<JsonObject> Change { get; set; } = _ => { };

    /// <summary>From now on these calls are answered with that, and nothing is done.</summary>
    public void Answer(string operation, StubAnswer answer) => _answers[operation] = answer;

    /// <summary>The labels that have this reference and are not voided.</summary>
    public int LabelsOf(string reference) => _labels.Count(label => $"{label["external_shipment_id"]}" == reference && !(bool)label["voided"]!);

    public static StubAnswer Error(int status, string code, string message, string type = "validation", string source = "shipengine", string? field = null)
    {
        var error = new JsonObject { ["error_source"] = source, ["error_type"] = type, ["error_code"] = code, ["message"] = message };
        if (field is not null)
        {
            error["field_name"] = field;
        }

        return StubAnswer.Json(
            new JsonObject { ["request_id"] = "aa3d8e8e-462b-4476-9618-72db7f7b7009", ["errors"] = new JsonArray(error) }, status);
    }

    private void Teach(string operation, Func<StubRequest, StubAnswer> answer) =>
        On(operation, request => _answers.TryGetValue(operation, out var given) ? given : answer(request));

    private StubAnswer Buy(JsonObject shipment)
    {
        lock (_lock)
        {
            if (_labels.Any(label => $"{label["external_shipment_id"]}" == $"{shipment["external_shipment_id"]}"))
            {
                return Error(400, "identifier_conflict", "The external_shipment_id is used already", "business_rules");
            }

            var label = Label(_labels.Count + 1, shipment);
            Change(label);
            _labels = _labels.Add(label);
            return StubAnswer.Json(label.DeepClone());
        }
    }

    private StubAnswer Find(string reference) => _labels.LastOrDefault(label => $"{label["external_shipment_id"]}" == reference) is { } label
        ? StubAnswer.Json(label.DeepClone())
        : Error(404, "not_found", $"The external_shipment_id '{reference}' could not be found.", "business_rules");

    private StubAnswer Void(string id)
    {
        lock (_lock)
        {
            if (_labels.Find(label => $"{label["label_id"]}" == id) is not { } label)
            {
                return Error(404, "not_found", $"Label_id '{id}' could not be found.", "business_rules");
            }

            var reason = VoidRefusal ?? ((bool)label["voided"]! ? "label_already_voided" : null);
            if (reason is null)
            {
                (label["voided"], label["status"]) = (true, "voided");
            }

            return StubAnswer.Json(reason is null
                ? new JsonObject { ["approved"] = true, ["message"] = "Request for refund submitted." }
                : new JsonObject { ["approved"] = false, ["message"] = "Unable to void.", ["reason_code"] = reason });
        }
    }

    private static JsonObject Label(int number, JsonObject shipment) => new()
    {
        ["label_id"] = string.Create(CultureInfo.InvariantCulture, $"se-{123456 + number}"),
        ["status"] = "completed",
        ["shipment_id"] = "se-789012",
        ["external_shipment_id"] = $"{shipment["external_shipment_id"]}",
        ["external_order_id"] = null,
        ["ship_date"] = "2027-01-31T00:00:00Z",
        ["created_at"] = "2027-01-31T06:00:00Z",
        ["shipment_cost"] = Money(7.33m),
        ["insurance_cost"] = Money(0m),
        ["tracking_number"] = string.Create(CultureInfo.InvariantCulture, $"1Z999AA1012345{6783 + number}"),
        ["is_return_label"] = false,
        ["rma_number"] = null,
        ["is_international"] = false,
        ["batch_id"] = "",
        ["carrier_id"] = $"{shipment["carrier_id"]}",
        ["charge_event"] = "carrier_default",
        ["service_code"] = $"{shipment["service_code"]}",
        ["package_code"] = "package",
        ["voided"] = false,
        ["voided_at"] = null,
        ["label_format"] = "pdf",
        ["label_layout"] = "4x6",
        ["trackable"] = true,
        ["label_image_id"] = null,
        ["carrier_code"] = "stamps_com",
        ["tracking_status"] = "in_transit",
        ["label_download"] = new JsonObject
        {
            ["href"] = "https://api.shipengine.com/v1/downloads/10/label-123456.pdf",
            ["pdf"] = "https://api.shipengine.com/v1/downloads/10/label-123456.pdf",
            ["png"] = "https://api.shipengine.com/v1/downloads/10/label-123456.png",
            ["zpl"] = "https://api.shipengine.com/v1/downloads/10/label-123456.zpl",
        },
        ["form_download"] = null,
        ["insurance_claim"] = null,
        ["packages"] = new JsonArray(),
    };

    private static JsonObject Rate(string service, decimal amount, string status = "valid", string insurance = "usd") => new()
    {
        ["rate_type"] = "shipment",
        ["carrier_id"] = "se-123456",
        ["shipping_amount"] = Money(amount),
        ["insurance_amount"] = Money(insurance == "usd" ? 0m : 1m, insurance),
        ["confirmation_amount"] = Money(0m),
        ["other_amount"] = Money(0.1m),
        ["zone"] = 6,
        ["package_type"] = "package",
        ["delivery_days"] = 3,
        ["guaranteed_service"] = false,
        ["negotiated_rate"] = false,
        ["service_type"] = service,
        ["service_code"] = service,
        ["trackable"] = true,
        ["carrier_code"] = "stamps_com",
        ["carrier_nickname"] = "ShipEngine Test Account",
        ["carrier_friendly_name"] = "Stamps.com",
        ["validation_status"] = status,
        ["warning_messages"] = new JsonArray(),
        ["error_messages"] = new JsonArray(),
    };

    private static JsonObject Money(decimal amount, string currency = "usd") => new() { ["currency"] = currency, ["amount"] = amount };
}
