using System.Text.Json;

namespace Hub.Processes.Bus;

/// <summary>What is on the wire, over any bus: JSON in camelCase, <c>{ "kind": "PlaceOrder", "key": "web/10042", "body": { … } }</c>.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Key">Whom it is about: an order's key.</param>
public sealed record BusMessage(string Kind, string Key, JsonElement Body)
{
    /// <summary>As it is sent.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <exception cref="JsonException">The text is no such message.</exception>
    public static BusMessage Parse(string text) =>
        JsonSerializer.Deserialize<BusMessage>(text, JsonSerializerOptions.Web) is { Kind: not null, Key: not null } message
            ? message
            : throw new JsonException("A message has the properties kind, key and body.");
}
