using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Hub.Connectors.Testing.Stubs;

/// <summary>What the vendor answers.</summary>
public sealed record StubAnswer(int Status, string ContentType, byte[] Body)
{
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A value as JSON: a <c>JsonNode</c>, a record, an anonymous object; a string is taken as JSON that is written already.</summary>
    public static StubAnswer Json(object? value, int status = 200) => new(
        status, "application/json", value is string text ? Encoding.UTF8.GetBytes(text) : JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web));

    public static StubAnswer Text(string text, int status = 200, string contentType = "text/plain") => new(status, contentType, Encoding.UTF8.GetBytes(text));

    public static StubAnswer Nothing(int status = 204) => new(status, "text/plain", []);

    public StubAnswer With(string header, string value) => this with { Headers = Headers.SetItem(header, value) };
}
