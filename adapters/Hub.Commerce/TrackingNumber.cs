using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Hub.Commerce;

/// <summary>What the carrier calls a parcel, and what the buyer looks it up by.</summary>
[JsonConverter(typeof(TextJsonConverter<TrackingNumber>))]
public readonly record struct TrackingNumber : IParsable<TrackingNumber>
{
    private TrackingNumber(string text) => Text = text;

    /// <summary>1 to 64 characters, none of them a control character, no blanks around.</summary>
    public string Text { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out TrackingNumber tracking)
    {
        var valid = text is { Length: > 0 and <= 64 } && text.Trim() == text && !text.Any(char.IsControl);
        tracking = valid ? new TrackingNumber(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is none.</exception>
    public static TrackingNumber Parse(string text) => TryParse(text, out var tracking)
        ? tracking
        : throw new FormatException($"'{text}' is no tracking number: 1 to 64 characters without blanks around.");

    static TrackingNumber IParsable<TrackingNumber>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<TrackingNumber>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TrackingNumber result) =>
        TryParse(s, out result);

    public override string ToString() => Text;
}
