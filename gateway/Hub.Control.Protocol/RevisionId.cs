using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Control.Protocol;

/// <summary>
/// One numbered state of everything that is wanted. Written <c>epoch.number</c>, as ETag too.
/// </summary>
/// <remarks>
/// A new or restored store draws a new epoch (SAFETY.md 12). Numbers only grow, over epochs too, so "older than" is a
/// comparison of numbers; equality takes both.
/// </remarks>
/// <param name="Epoch">Eight hexadecimal digits, drawn at random by a new or restored store.</param>
/// <param name="Number">From 1; 0 is "none yet".</param>
[JsonConverter(typeof(RevisionIdJsonConverter))]
public readonly record struct RevisionId(string Epoch, long Number)
{
    public static RevisionId None { get; } = new("00000000", 0);

    public static bool TryParse([NotNullWhen(true)] string? text, out RevisionId revision)
    {
        revision = None;
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot != 8 || !long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        revision = new RevisionId(text![..dot], number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Number}");
}

/// <summary>A revision travels as its text, "1f2e3d4c.42".</summary>
public sealed class RevisionIdJsonConverter : JsonConverter<RevisionId>
{
    public override RevisionId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        RevisionId.TryParse(reader.GetString(), out var revision)
            ? revision
            : throw new JsonException("A revision is written epoch.number, for example 1f2e3d4c.42.");

    public override void Write(Utf8JsonWriter writer, RevisionId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
