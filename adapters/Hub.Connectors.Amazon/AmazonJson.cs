using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Connectors.Amazon;

/// <summary>How Amazon writes JSON. What must be there and is missing or null is told, not passed over.</summary>
internal static class AmazonJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}
