using System.Collections.Immutable;
using System.Globalization;
using Hub.ChangeFeed;
using Hub.Migration.Config;

namespace Hub.Migration.Mapping;

/// <summary>One column of a target and how its value is made.</summary>
/// <param name="Name">The target's column.</param>
/// <param name="From">The source's column; null for a constant.</param>
/// <param name="Map">Texts written out; empty where there are none.</param>
/// <param name="Zone">The source's zone, for <see cref="Conversion.ZonedTime"/>.</param>
internal sealed record ColumnMapping(
    string Name,
    string? From,
    Conversion As,
    ImmutableSortedDictionary<string, string> Map,
    string? Constant,
    TimeZoneInfo Zone)
{
    private const NumberStyles Digits = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Changes whenever rows mapped before would be mapped otherwise now.</summary>
    public string Fingerprint =>
        $"{Name}={From ?? $"'{Constant}'"}:{As}{(As == Conversion.ZonedTime ? $"({Zone.Id})" : "")}{string.Concat(Map.Select(pair => $"[{pair.Key}={pair.Value}]"))}";

    /// <summary>
    /// The value as text, whole number, decimal, truth or time (UTC), or why it can't be one without loss.
    /// </summary>
    public MappedValue Convert(ChangeValue value)
    {
        if (From is null)
        {
            return new MappedValue(Constant);
        }

        if (value.Kind == ChangeValueKind.Null)
        {
            return default;
        }

        if (value.Kind == ChangeValueKind.Unknown)
        {
            return new MappedValue(RowEffect.Unknown);
        }

        if (value.Kind == ChangeValueKind.Nested)
        {
            return Refused(value, "a plain value; bytes and nested values are not mapped");
        }

        var text = value.Text!;
        if (!Map.IsEmpty)
        {
            return Map.TryGetValue(text, out var mapped) ? new MappedValue(mapped) : Refused(value, $"listed in the Map ({string.Join(", ", Map.Keys)})");
        }

        return As switch
        {
            Conversion.Text => new MappedValue(text),
            Conversion.WholeNumber => Whole(text) is { } whole ? new MappedValue(whole) : Refused(value, "a whole number"),
            Conversion.Decimal => Exact(text) is { } exact ? new MappedValue(exact) : Refused(value, "a number of at most 28 digits"),
            Conversion.Money => Money(value),
            Conversion.Bool => text switch
            {
                "0" or "false" => new MappedValue(false),
                "1" or "true" => new MappedValue(true),
                _ => Refused(value, "0 or 1"),
            },
            Conversion.ZonedTime => ZonedTime.Parse(text, Zone) is { } time
                ? new MappedValue(time)
                : Refused(value, "a time without zone such as 2027-01-31 06:00:00"),
            Conversion.UtcTime => Utc(text) is { } time ? new MappedValue(time) : Refused(value, "a time such as 2027-01-31T06:00:00Z"),
            _ when value.Kind == ChangeValueKind.Number => Whole(text) is { } whole
                ? new MappedValue(whole)
                : Refused(value, "a whole number; say by As whether it is money or a decimal"),
            _ when value.Kind == ChangeValueKind.Boolean => new MappedValue(text == "true"),
            _ => new MappedValue(text),
        };
    }

    private MappedValue Money(ChangeValue value) => Exact(value.Text!) switch
    {
        null => Refused(value, "an amount of money"),
        { } amount when decimal.Round(amount, 2) != amount => Refused(value, "an amount with two decimals; rounding would lose some of it"),
        { } amount => new MappedValue(decimal.Round(amount, 2) + 0.00m),
    };

    private MappedValue Refused(ChangeValue value, string expected)
    {
        var shown = value.ToString();
        return new MappedValue(null, $"column {Name} (from {From}): {(shown.Length > 80 ? $"{shown[..80]}…" : shown)} is not {expected}");
    }

    private static long? Whole(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
        : Exact(text) is { } exact && decimal.Truncate(exact) == exact && exact is >= long.MinValue and <= long.MaxValue ? (long)exact : null;

    // decimal.Parse rounds silently what it has no room for: too many digits, or too many zeros before them.
    private static decimal? Exact(string text) =>
        text.Count(char.IsAsciiDigit) <= 28 && decimal.TryParse(text, Digits, CultureInfo.InvariantCulture, out var exact)
            && (!text.Contains("e-", StringComparison.OrdinalIgnoreCase) || Math.Abs(exact) > 1e-12m) ? exact : null;

    private static DateTimeOffset? Utc(string text) => ZonedTime.Parse(text, TimeZoneInfo.Utc)
        ?? (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : null);
}

/// <summary>A mapped value, or why there is none.</summary>
internal readonly record struct MappedValue(object? Value, string? Problem = null);
