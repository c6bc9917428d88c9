using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Connectors.Ups;

/// <summary>How UPS writes JSON: names as in its XML, numbers as texts, a list of one as the one itself. What must be there and is missing or null is told.</summary>
internal static class UpsJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}

/// <summary>Reads a list that may come as its only entry, or as null where it is empty. It is written as a list.</summary>
internal sealed class OneOrMany<T> : JsonConverter<ImmutableArray<T>>
{
    public override bool HandleNull => true;

    public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => [],
        JsonTokenType.StartArray => JsonSerializer.Deserialize<ImmutableArray<T>>(ref reader, options) is var list && list.Contains(default!)
            ? throw new JsonException("A list holds null.")
            : list,
        _ => [JsonSerializer.Deserialize<T>(ref reader, options) ?? throw new JsonException("It is null.")],
    };

    public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in value)
        {
            JsonSerializer.Serialize(writer, item, options);
        }

        writer.WriteEndArray();
    }
}
