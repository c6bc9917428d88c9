using System.Globalization;
using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.MariaDb;

/// <summary>The canonical value of what <see cref="MariaDbType.Expression"/> gives: that which Debezium's stream decodes to.</summary>
internal static class MariaDbText
{
    public static ChangeValue Read(DatabaseColumn column, string text) => column.Type switch
    {
        ColumnType.WholeNumber or ColumnType.ExactNumber => new(ChangeValueKind.Number, Digits(text)),
        ColumnType.BinaryFraction => new(ChangeValueKind.Number, Fraction(text, MariaDbType.BaseOf(column.Declared) == "float")),
        ColumnType.Boolean => new(ChangeValueKind.Boolean, text == "0" ? "false" : "true"),
        ColumnType.Bytes => new(ChangeValueKind.Bytes, text),
        ColumnType.Bits => new(ChangeValueKind.Bytes, Bits(text)),
        ColumnType.Date => text.StartsWith("0000", StringComparison.Ordinal) || text.Contains("-00", StringComparison.Ordinal)
            ? Zero(column, "1970-01-01")
            : new(ChangeValueKind.Text, text),
        ColumnType.Timestamp => Moment(column, text, ""),
        ColumnType.ZonedTimestamp => Moment(column, text, "Z"),
        ColumnType.TimeOfDay => new(ChangeValueKind.Text, Seconds(text)),
        ColumnType.Json => new(ChangeValueKind.Text, Debezium.JsonText.Compact(text)),
        _ => new(ChangeValueKind.Text, text),
    };

    // ZEROFILL is for the eye.
    private static string Digits(string text)
    {
        if (text[0] != '0' || text.Length == 1 || text[1] == '.')
        {
            return text;
        }

        var digits = text.TrimStart('0');
        return digits.Length == 0 ? "0" : digits[0] == '.' ? $"0{digits}" : digits;
    }

    private static string Fraction(string text, bool single)
    {
        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!single)
        {
            return number.ToString("R", CultureInfo.InvariantCulture);
        }

        // As few digits as a single needs, and powers of ten as a double writes them.
        var shortest = ((float)number).ToString("R", CultureInfo.InvariantCulture);
        return shortest.Contains('E', StringComparison.Ordinal)
            ? double.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)
            : shortest;
    }

    private static string Bits(string hex)
    {
        var bytes = Convert.FromHexString(hex.Length % 2 == 0 ? hex : $"0{hex}");
        bytes.AsSpan().Reverse();
        return Convert.ToHexStringLower(bytes.AsSpan().TrimEnd((byte)0));
    }

    private static ChangeValue Moment(DatabaseColumn column, string text, string zone) =>
        text.StartsWith("0000", StringComparison.Ordinal) || text.AsSpan(0, 10).Contains("-00", StringComparison.Ordinal)
            ? Zero(column, $"1970-01-01T00:00:00{zone}")
            : new(ChangeValueKind.Text, $"{text.AsSpan(0, 10)}T{Seconds(text)[11..]}{zone}");

    /// <summary>A date that there is not. Debezium makes null of it, and 1970 where the column takes none.</summary>
    private static ChangeValue Zero(DatabaseColumn column, string epoch) => column.NotNull ? new(ChangeValueKind.Text, epoch) : ChangeValue.Null;

    private static string Seconds(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
}
