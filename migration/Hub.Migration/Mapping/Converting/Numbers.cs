using System.Globalization;
using Hub.ChangeFeed;

namespace Hub.Migration.Mapping.Converting;

/// <summary>A number without fraction within a range, from digits, or from 0, 1, false and true.</summary>
internal sealed class WholeNumberConverter(long least, long greatest) : Converter
{
    private static readonly Refusal NotWhole = new("a whole number");
    private static readonly object[] Small = [.. Enumerable.Range(0, 256).Select(number => (object)(long)number)];
    private readonly Refusal _outside = new(least == long.MinValue && greatest == long.MaxValue
        ? "a whole number of 64 bits"
        : string.Create(CultureInfo.InvariantCulture, $"within {least} and {greatest}, what the target's column takes"));

    public override object? Convert(in ChangeValue value)
    {
        var text = value.Text!;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            if (value.Kind == ChangeValueKind.Boolean)
            {
                number = text == "true" ? 1 : 0;
            }
            else if (!ExactNumber.TryParse(text, out var exact) || decimal.Truncate(exact) != exact)
            {
                return NotWhole;
            }
            else if (exact is < long.MinValue or > long.MaxValue)
            {
                return _outside;
            }
            else
            {
                number = (long)exact;
            }
        }

        return number < least || number > greatest ? _outside : Box(number);
    }

    /// <summary>Ids of stores, counts and states come by the million.</summary>
    public static object Box(long number) => (ulong)number < (ulong)Small.Length ? Small[number] : number;
}

/// <summary>A number with all its digits, as many as the target's column has room for.</summary>
/// <param name="precision">All its digits; null: as many as there are.</param>
/// <param name="scale">Digits after the point; null: as many as there are.</param>
/// <param name="pad">It always has <paramref name="scale"/> decimals: <c>19.9</c> becomes <c>19.90</c>.</param>
/// <param name="expected">What a number that doesn't fit is not; null: it is said by the digits.</param>
/// <param name="hundredth">What it is multiplied with first: 0.01 where legacy counts cents.</param>
internal sealed class DecimalConverter(int? precision, int? scale, bool pad, string? expected = null, decimal hundredth = 1) : Converter
{
    private static readonly Refusal NotExact = new("a number of at most 28 digits");
    private readonly Refusal _notExact = expected is null ? NotExact : new Refusal("an amount of money");
    private readonly Refusal _rounds = new(expected ?? $"a number of {scale} decimals, what the target's column has; rounding would lose some of it");
    private readonly Refusal _tooLarge = new($"a number of {precision} digits, {scale} of them decimals, what the target's column has room for");
    private readonly decimal _bound = precision is { } digits and <= 28 ? Power(digits - (scale ?? 0)) : decimal.MaxValue;
    private readonly decimal _zero = pad ? new decimal(0, 0, 0, isNegative: false, (byte)scale!.Value) : 0m;

    public override object? Convert(in ChangeValue value)
    {
        if (!ExactNumber.TryParse(value.Text!, out var number))
        {
            return _notExact;
        }

        if (hundredth != 1)
        {
            number *= hundredth;
        }

        if (scale is { } decimals && number.Scale > decimals)
        {
            var rounded = decimal.Round(number, decimals);
            if (rounded != number)
            {
                return _rounds;
            }

            number = rounded;
        }

        return number >= _bound || number <= -_bound ? _tooLarge : pad ? number + _zero : number;
    }

    private static decimal Power(int digits) => Enumerable.Repeat(10m, Math.Max(0, digits)).Aggregate(1m, (power, ten) => power * ten);
}

/// <summary>A binary fraction that has the number's value: its shortest digits are the number's.</summary>
/// <param name="single">The target's has 32 bits only.</param>
/// <param name="exact">The source's number is an exact one, whose digits must all come through.</param>
/// <param name="finite">The target knows neither NaN nor infinity.</param>
internal sealed class FractionConverter(bool single, bool exact, bool finite) : Converter
{
    private static readonly Refusal NotANumber = new("a number");
    private static readonly Refusal NotFinite = new("a number that the target's column can hold");
    private static readonly Refusal Loses = new("a number that a binary fraction holds with all its digits");

    public override object? Convert(in ChangeValue value)
    {
        var text = value.Text!;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return NotANumber;
        }

        if (!double.IsFinite(number))
        {
            return !text.Contains('I', StringComparison.Ordinal) && !text.Contains('N', StringComparison.Ordinal) ? Loses : finite ? NotFinite : number;
        }

        return (single && !Holds((float)number, number, text))
            || (exact && !(ExactNumber.TryParse(text, out var meant) && ExactNumber.TryParse(number.ToString("R", CultureInfo.InvariantCulture), out var held) && meant == held))
            ? Loses : number;
    }

    // A 32-bit source's shortest digits (0.1) are another number in 64 bits; what counts is that its digits stay.
    private static bool Holds(float small, double number, string text) =>
        small == number || double.Parse(small.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) == number
        || small.ToString("R", CultureInfo.InvariantCulture) == text;
}

/// <summary>Exact numbers as texts.</summary>
internal static class ExactNumber
{
    private const NumberStyles Digits = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>False also where decimal.Parse would round silently: too many digits, or too many zeros before them.</summary>
    public static bool TryParse(string text, out decimal number)
    {
        if (!decimal.TryParse(text, Digits, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        if (text.Length <= 28 && text.AsSpan().IndexOfAny('e', 'E') < 0)
        {
            return true;
        }

        // 1. The digits that count, and how many of them stand behind the point.
        var digits = text.AsSpan().TrimStart("+-");
        var power = digits.IndexOfAny('e', 'E');
        var exponent = 0;
        if (power >= 0)
        {
            if (!int.TryParse(digits[(power + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            {
                return false;
            }

            digits = digits[..power];
        }

        var point = digits.IndexOf('.');
        var behind = point < 0 ? 0 : digits.Length - point - 1;
        var (first, last, count) = (-1, -1, 0);
        for (var i = 0; i < digits.Length; i++)
        {
            if (digits[i] != '.')
            {
                if (digits[i] != '0')
                {
                    first = first < 0 ? count : first;
                    last = count;
                }

                count++;
            }
        }

        // 2. They fit where they are at most 28, and none of them stands further behind the point than the 28th.
        return first < 0 || (last - first + 1 <= 28 && behind - exponent - (count - 1 - last) <= 28);
    }
}
