using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Hub.Commerce;

/// <summary>What the ERP calls a booked order.</summary>
[JsonConverter(typeof(TextJsonConverter<SaleNumber>))]
public readonly record struct SaleNumber : IParsable<SaleNumber>
{
    private SaleNumber(string text) => Text = text;

    /// <summary>1 to 64 characters, none of them a control character, no blanks around.</summary>
    public string Text { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out SaleNumber sale)
    {
        var valid = text is { Length: > 0 and <= 64 } && text.Trim() == text && !text.Any(char.IsControl);
        sale = valid ? new SaleNumber(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is none.</exception>
    public static SaleNumber Parse(string text) => TryParse(text, out var sale)
        ? sale
        : throw new FormatException($"'{text}' is no sale number: 1 to 64 characters without blanks around.");

    static SaleNumber IParsable<SaleNumber>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<SaleNumber>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SaleNumber result) =>
        TryParse(s, out result);

    public override string ToString() => Text;
}
