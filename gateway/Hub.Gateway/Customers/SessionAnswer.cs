using System.Collections.Frozen;
using System.Text.Json;
using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Gateway.Customers;

/// <summary>What legacy said of a session: who is logged in, and what legacy holds for them.</summary>
/// <param name="Known">Legacy answered; false: nothing is known, and nothing may be concluded.</param>
/// <param name="Account">The account's id at legacy; null: nobody is logged in.</param>
/// <param name="At">When it was asked, in milliseconds since 1970.</param>
/// <param name="Failures">How often in a row it could not be said.</param>
internal sealed record SessionAnswer(
    bool Known, string? Account, string? Name, FrozenDictionary<string, Holdings> Holds, long At, int Failures = 0)
{
    public static SessionAnswer Unknown(long at, int failures = 1) =>
        new(false, null, null, FrozenDictionary<string, Holdings>.Empty, at, failures);

    /// <summary>Reads the JSON answer by the paths of the config; text that is not JSON throws <see cref="JsonException"/>.</summary>
    public static SessionAnswer Read(ReadOnlyMemory<byte> json, WhoAmIConfig config, long at)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new SessionAnswer(
            true,
            Text(Find(root, config.Account)),
            config.Name is null ? null : Text(Find(root, config.Name)),
            config.Holds.ToFrozenDictionary(
                path => path.Key, path => Held(Find(root, path.Value)), StringComparer.OrdinalIgnoreCase),
            at);
    }

    // "$.customer.id": the only form of JSONPath that an answer about one session needs.
    private static JsonElement? Find(JsonElement element, string path)
    {
        foreach (var name in path.TrimStart('$').Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }

    private static string? Text(JsonElement? element) => element?.ValueKind switch
    {
        JsonValueKind.String => element.Value.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => element.Value.GetRawText(),
        _ => null,
    };

    private static Holdings Held(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Number } number => number.GetDouble() > 0 ? Holdings.Something : Holdings.Nothing,
        { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() > 0 ? Holdings.Something : Holdings.Nothing,
        { ValueKind: JsonValueKind.True } => Holdings.Something,
        { ValueKind: JsonValueKind.False or JsonValueKind.Null } => Holdings.Nothing,
        _ => Holdings.Unknown,
    };
}
