using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Hub.Commerce;

/// <summary>
/// An amount in a currency. Written <c>19.90 EUR</c>, in JSON too: exact, and nobody can read one without the other.
/// </summary>
/// <param name="Amount">In the currency's main unit; as many decimals as it came with.</param>
/// <param name="Currency">ISO 4217, three capital letters.</param>
[JsonConverter(typeof(TextJsonConverter<Money>))]
public readonly record struct Money(decimal Amount, string Currency) : IParsable<Money>
{
    public static bool TryParse([NotNullWhen(true)] string? text, out Money money)
    {
        money = default;
        if (text?.Split(' ') is not [var amount, { Length: 3 } currency] || !currency.All(char.IsAsciiLetterUpper)
            || !decimal.TryParse(amount, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        money = new Money(value, currency);
        return true;
    }

    /// <exception cref="FormatException">The text is no amount of money.</exception>
    public static Money Parse(string text) => TryParse(text, out var money)
        ? money
        : throw new FormatException($"'{text}' is no amount of money: it is written 19.90 EUR.");

    static Money IParsable<Money>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Money>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Money result) =>
        TryParse(s, out result);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount} {Currency}");
}
