using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Hub.Commerce;

/// <summary>The shop's number of an article that is sold: <c>TS-001</c>.</summary>
[JsonConverter(typeof(TextJsonConverter<Sku>))]
public readonly record struct Sku : IParsable<Sku>
{
    private Sku(string text) => Text = text;

    /// <summary>1 to 64 characters, none of them a control character, no blanks around.</summary>
    public string Text { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out Sku sku)
    {
        var valid = text is { Length: > 0 and <= 64 } && text.Trim() == text && !text.Any(char.IsControl);
        sku = valid ? new Sku(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is none.</exception>
    public static Sku Parse(string text) => TryParse(text, out var sku)
        ? sku
        : throw new FormatException($"'{text}' is no article number: 1 to 64 characters without blanks around.");

    static Sku IParsable<Sku>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Sku>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Sku result) =>
        TryParse(s, out result);

    public override string ToString() => Text;
}
