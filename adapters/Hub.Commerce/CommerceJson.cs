using System.Text.Json;

namespace Hub.Commerce;

/// <summary>How commerce's records are read from JSON: web defaults, and what is missing or null is told, not passed over.</summary>
public static class CommerceJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
