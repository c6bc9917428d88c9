using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Connectors.ShipEngine;

/// <summary>How ShipEngine writes JSON. What must be there and is missing or null is told, not passed over.</summary>
internal static class ShipEngineJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}
