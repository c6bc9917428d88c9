using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Connectors.Tryton;

/// <summary>Tryton's types on the wire: exact numbers, dates and times are objects with a <c>__class__</c>.</summary>
internal static class TrytonJson
{
    // A name in Hebrew or with an emoji is not blown up to six times its size: Tryton takes requests up to a limit.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A call as it goes over the wire.</summary>
    public static HttpContent Call(string method, JsonArray parameters)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["id"] = 1, ["method"] = method, ["params"] = parameters }, Plain));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    public static JsonObject Of(decimal value) => new()
    {
        ["__class__"] = "Decimal",
        ["decimal"] = value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A time, which Tryton has in UTC and without a zone.</summary>
    public static JsonObject Of(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return new JsonObject
        {
            ["__class__"] = "datetime",
            ["year"] = utc.Year,
            ["month"] = utc.Month,
            ["day"] = utc.Day,
            ["hour"] = utc.Hour,
            ["minute"] = utc.Minute,
            ["second"] = utc.Second,
            ["microsecond"] = (int)(utc.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond),
        };
    }

    /// <summary><c>[field, is, value]</c>: a clause of a search.</summary>
    public static JsonArray Where(string field, string compare, JsonNode? value) => [field, compare, value];

    /// <summary>Either of two clauses.</summary>
    public static JsonArray Or(JsonArray one, JsonArray other) => ["OR", one, other];

    /// <summary>What was made or written at that time or later.</summary>
    public static JsonArray ChangedSince(DateTimeOffset time) =>
        Or(Where("write_date", ">=", Of(time)), Where("create_date", ">=", Of(time)));

    /// <summary>Numbers as a list.</summary>
    public static JsonArray List(IEnumerable<int> values) => [.. values.Select(value => (JsonNode)value)];

    /// <summary>Texts as a list.</summary>
    public static JsonArray List(params IEnumerable<string> values) => [.. values.Select(value => (JsonNode)value)];

    public static decimal Decimal(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? decimal.Parse(value.GetProperty("decimal").GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)
        : value.GetDecimal();

    /// <summary>A time of Tryton; null where it has none.</summary>
    public static DateTimeOffset? Time(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        int Part(string name) => value.GetProperty(name).GetInt32();
        return new DateTimeOffset(Part("year"), Part("month"), Part("day"), Part("hour"), Part("minute"), Part("second"), TimeSpan.Zero)
            .AddMicroseconds(Part("microsecond"));
    }

    /// <summary>A day of Tryton, as the midnight that begins it; null where it has none.</summary>
    public static DateTimeOffset? Day(JsonElement value) => Part(value, "year") is { } year && Part(value, "month") is { } month && Part(value, "day") is { } day
        ? new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero)
        : null;

    /// <summary>The text, or null for none and for an empty one.</summary>
    public static string? Text(JsonElement record, string field) =>
        record.GetProperty(field) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>The record that a field points to, read with it by a dotted name; null where it points to none.</summary>
    public static JsonElement? Pointed(JsonElement record, string field) =>
        record.TryGetProperty(field + ".", out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static int? Part(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Number ? part.GetInt32() : null;
}
