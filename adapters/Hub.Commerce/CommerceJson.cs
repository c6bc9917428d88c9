using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Commerce;

/// <summary>How commerce's records are read from JSON: web defaults, and what is missing or null is told, not passed over; what is null is not written.</summary>
public static class CommerceJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
