using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Hub.ChangeFeed.Debezium;

/// <summary>Reads one column's value and writes it as its canonical text.</summary>
internal static class ValueReader
{
    private static ReadOnlySpan<byte> Placeholder => "__debezium_unavailable_value"u8;

    private static ReadOnlySpan<byte> PlaceholderBase64 => "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="u8;

    private static readonly string[] NestedPlaceholders =
    [
        """["__debezium_unavailable_value"]""",
        """{"__debezium_unavailable_value":"__debezium_unavailable_value"}""",
        """["b68a35a7-17ad-35b3-af2a-ae46edb4545a"]""", // of uuid[]: Java's name UUID of it
        "[" + string.Join(',', Placeholder.ToArray()) + "]", // of int[]: its bytes
    ];

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<byte> HexBytes = SearchValues.Create("0123456789abcdef"u8);
    private static readonly SearchValues<byte> AnyHexBytes = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private static readonly string[] SmallNumbers = [.. Enumerable.Range(0, 256).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    public static ChangeValue Read(scoped ref JsonCursor cursor, ColumnDecoding column)
    {
        var next = cursor.Peek();
        if (next == (byte)'n')
        {
            cursor.TakeNull();
            return ChangeValue.Null;
        }

        if (column.Wire == Wire.Refused)
        {
            throw new FormatException(column.Why);
        }

        switch (next)
        {
            case (byte)'"':
                var text = cursor.String();
                return IsPlaceholder(text, column.Wire) ? ChangeValue.Unknown : OfText(text, column);
            case (byte)'{' or (byte)'[':
                return OfNested(cursor.Raw(), column);
            case (byte)'t' or (byte)'f':
                return OfBoolean(cursor.Boolean(), column);
            default:
                return OfNumber(cursor.Number(), column);
        }
    }

    /// <summary>What stands in a header beside the record: numbers are written out there.</summary>
    public static ChangeValue ReadHeader(scoped ref JsonCursor cursor, ColumnDecoding column) =>
        column.Wire is Wire.Decimal or Wire.DecimalText or Wire.Unsigned && cursor.Peek() is not (byte)'"' and not (byte)'n'
            ? new ChangeValue(ChangeValueKind.Number, DecimalText.FromText(cursor.Number()) ?? throw new FormatException("no number"))
            : Read(ref cursor, column);

    private static bool IsPlaceholder(JsonCursor.Utf8Text text, Wire wire) =>
        text.Bytes.Length == Placeholder.Length ? text.Bytes.SequenceEqual(Placeholder)
        : text.Bytes.Length == PlaceholderBase64.Length && wire is Wire.Bytes or Wire.Bits && text.Bytes.SequenceEqual(PlaceholderBase64);

    private static ChangeValue OfText(JsonCursor.Utf8Text text, ColumnDecoding column)
    {
        switch (column.Wire)
        {
            case Wire.Plain or Wire.Text:
                return new ChangeValue(ChangeValueKind.Text, text.ToString());
            case Wire.Unsigned:
                return new ChangeValue(ChangeValueKind.Number, DecimalText.FromBase64(text.Meant, 0));
            case Wire.Decimal:
                return new ChangeValue(ChangeValueKind.Number, Base64Number(text.Meant, column));
            case Wire.DecimalText:
                return Number(DecimalText.FromText(text.Meant) ?? throw new FormatException(
                    $"'{Shown(text)}' is no number: it looks like decimal.handling.mode=precise; set decimal.handling.mode=string at the Debezium connector, or Handling to debezium where all of the connector's modes are the defaults"));
            case Wire.Single or Wire.Double when text.ToString() is "NaN" or "Infinity" or "-Infinity":
                return new ChangeValue(ChangeValueKind.Text, text.ToString());
            case Wire.Bytes:
                return new ChangeValue(ChangeValueKind.Bytes, Hex(text, column, trimmed: false));
            case Wire.Bits:
                return new ChangeValue(ChangeValueKind.Bytes, Hex(text, column, trimmed: true));
            case Wire.Date:
                return Time(text.Meant is var date && (date.SequenceEqual("infinity"u8) || date.SequenceEqual("-infinity"u8)) ? text.ToString() : TemporalText.IsoDate(date));
            case Wire.Time:
                return Time(TemporalText.IsoTime(text.Meant, zoned: false));
            case Wire.ZonedTime:
                return Time(TemporalText.IsoTime(text.Meant, zoned: true));
            case Wire.Timestamp:
                return Time(TemporalText.IsoTimestamp(text.Meant, zoned: false));
            case Wire.ZonedTimestamp:
                return Time(TemporalText.IsoTimestamp(text.Meant, zoned: true));
            case Wire.Interval:
                return Time(IntervalText.FromText(text.Meant) ?? throw new FormatException($"'{Shown(text)}' is no interval in ISO 8601; set interval.handling.mode=string at the Debezium connector"));
            case Wire.Json:
                return Time(JsonText.Compact(text.Meant));
            case Wire.Uuid:
                return Time(text.ToString().ToLowerInvariant());
            default:
                throw new FormatException($"the text '{Shown(text)}' stands where {Expected(column.Wire)} is expected; the table in the source is another one than when it was described, or a converter changes it");
        }

        static ChangeValue Time(string text) => new(ChangeValueKind.Text, text);

        static ChangeValue Number(string text) => new(text is "NaN" or "Infinity" or "-Infinity" ? ChangeValueKind.Text : ChangeValueKind.Number, text);
    }

    private static ChangeValue OfNumber(ReadOnlySpan<byte> digits, ColumnDecoding column)
    {
        switch (column.Wire)
        {
            case Wire.Plain or Wire.Text or Wire.Whole:
                return new ChangeValue(ChangeValueKind.Number, Digits(digits));
            case Wire.Unsigned:
                return new ChangeValue(
                    ChangeValueKind.Number,
                    digits[0] == (byte)'-' ? unchecked((ulong)Long(digits)).ToString(CultureInfo.InvariantCulture) : Digits(digits));
            case Wire.Boolean when digits is [(byte)'0'] or [(byte)'1']:
                return new ChangeValue(ChangeValueKind.Boolean, digits[0] == (byte)'1' ? "true" : "false");
            case Wire.Single:
                return Fraction(Single(float.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)));
            case Wire.Double:
                return Fraction(double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture));
            case Wire.Decimal or Wire.DecimalText:
                throw new FormatException(ColumnDecoding.DoubleDecimals(column.Name).Why);
            case Wire.Interval:
                throw new FormatException("it looks like interval.handling.mode=numeric, which makes months into days; set interval.handling.mode=string at the Debezium connector");
            case Wire.Date when column.PerSecond > 0:
                return new ChangeValue(ChangeValueKind.Text, TemporalText.Date(Long(digits)));
            case Wire.Time when column.PerSecond > 0:
                return new ChangeValue(ChangeValueKind.Text, TemporalText.TimeOfDay(Long(digits), column.PerSecond));
            case Wire.Timestamp when column.PerSecond > 0:
                return new ChangeValue(ChangeValueKind.Text, TemporalText.Timestamp(Long(digits), column.PerSecond, column.Guessed));
            case Wire.Date or Wire.Time or Wire.Timestamp:
                throw new FormatException(
                    "a number stands where a time as text is expected: it looks like time.precision.mode=adaptive, connect, microseconds or nanoseconds; set time.precision.mode=isostring at the Debezium connector, or Handling to debezium where all of the connector's modes are the defaults");
            default:
                throw new FormatException($"the number {Digits(digits)} stands where {Expected(column.Wire)} is expected; the table in the source is another one than when it was described, or the Debezium connector's modes are not those that are read");
        }

        static ChangeValue Fraction(string text) => new(text[^1] is 'y' ? ChangeValueKind.Text : ChangeValueKind.Number, text);
    }

    private static ChangeValue OfBoolean(bool value, ColumnDecoding column) => column.Wire switch
    {
        Wire.Whole => new ChangeValue(ChangeValueKind.Number, value ? "1" : "0"),
        Wire.Bits => new ChangeValue(ChangeValueKind.Bytes, value ? "01" : ""),
        Wire.Plain or Wire.Boolean or Wire.Text => new ChangeValue(ChangeValueKind.Boolean, value ? "true" : "false"),
        var wire => throw new FormatException($"{(value ? "true" : "false")} stands where {Expected(wire)} is expected; the table in the source is another one than when it was described"),
    };

    private static ChangeValue OfNested(ReadOnlySpan<byte> json, ColumnDecoding column)
    {
        switch (column.Wire)
        {
            case Wire.Decimal or Wire.DecimalText:
                return new ChangeValue(ChangeValueKind.Number, VariableScale(json));
            case Wire.Date or Wire.Time or Wire.Timestamp or Wire.ZonedTimestamp or Wire.ZonedTime:
                throw new FormatException("it looks like time.precision.mode=structured; set time.precision.mode=isostring at the Debezium connector");
            case Wire.Json when json[0] == (byte)'{':
                throw new FormatException("it looks like hstore.handling.mode=map; set hstore.handling.mode=json at the Debezium connector");
        }

        var text = JsonText.Compact(json);
        return Array.IndexOf(NestedPlaceholders, text) >= 0 || text == """{"$unknown":true}""" ? ChangeValue.Unknown
            : text.StartsWith("""{"$hex":""", StringComparison.Ordinal) ? new ChangeValue(ChangeValueKind.Bytes, OwnHex(text))
            : new ChangeValue(ChangeValueKind.Nested, text);
    }

    /// <summary>Bytes as the Hub's own capture writes them: <c>{"$hex":"00FF"}</c>.</summary>
    private static string OwnHex(string json)
    {
        var hex = json.EndsWith("\"}", StringComparison.Ordinal) && json.Length >= 11 ? json[9..^2].ToLowerInvariant() : "?";
        return hex.Length % 2 == 0 && !hex.AsSpan().ContainsAnyExcept(HexDigits) ? hex : throw new FormatException("$hex has no hex digits");
    }

    private static string VariableScale(ReadOnlySpan<byte> json)
    {
        var cursor = new JsonCursor(json);
        long? scale = null;
        var value = default(ReadOnlySpan<byte>);
        var first = true;
        cursor.Expect((byte)'{');
        while (cursor.Name(ref first, out var name))
        {
            if (name.Is("scale"u8))
            {
                scale = cursor.Whole();
            }
            else if (name.Is("value"u8))
            {
                value = cursor.String().Meant;
            }
            else
            {
                cursor.Skip();
            }
        }

        return scale is { } digits && !value.IsEmpty
            ? DecimalText.FromBase64(value, (int)Math.Clamp(digits, int.MinValue, int.MaxValue))
            : throw new FormatException("a number is expected as scale and value");
    }

    private static string Base64Number(ReadOnlySpan<byte> base64, ColumnDecoding column)
    {
        if (column.Scale < 0)
        {
            throw new FormatException("nobody says the scale of the number; set decimal.handling.mode=string at the Debezium connector, or its converter's schemas.enable=true");
        }

        try
        {
            return DecimalText.FromBase64(base64, column.Scale);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{e.Message}: it looks like decimal.handling.mode=string; set Handling to hub where the connector is set as `hub dataset connector` does", e);
        }
    }

    private static string Hex(JsonCursor.Utf8Text text, ColumnDecoding column, bool trimmed)
    {
        var base64 = text.Meant;
        if (!column.Certain && LooksLikeHex(base64))
        {
            throw new FormatException("it looks like binary.handling.mode=hex; set binary.handling.mode=base64 at the Debezium connector");
        }

        var rented = ArrayPool<byte>.Shared.Rent((base64.Length / 4 * 3) + 3);
        try
        {
            if (Base64.DecodeFromUtf8(base64, rented, out var read, out var bytes) != OperationStatus.Done || read != base64.Length)
            {
                var mode = base64.ContainsAny((byte)'-', (byte)'_') ? "base64-url-safe"
                    : !base64.ContainsAnyExcept(AnyHexBytes) ? "hex"
                    : throw new FormatException($"'{Shown(text)}' is no base64");
                throw new FormatException($"it looks like binary.handling.mode={mode}; set binary.handling.mode=base64 at the Debezium connector");
            }

            var decoded = rented.AsSpan(0, bytes);
            return Convert.ToHexStringLower(trimmed ? decoded.TrimEnd((byte)0) : decoded);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // Hex reads as base64 as well, of other bytes. Eight bytes and more whose base64 has nothing but these sixteen characters are none by chance.
    private static bool LooksLikeHex(ReadOnlySpan<byte> text) => text.Length >= 16 && !text.ContainsAnyExcept(HexBytes);

    // As few digits as a single needs, and powers of ten as a double writes them: one form for both.
    private static string Single(string shortest) => shortest.Contains('E', StringComparison.Ordinal)
        ? double.Parse(shortest, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)
        : shortest;

    private static string Digits(ReadOnlySpan<byte> digits)
    {
        switch (digits.Length)
        {
            case 1 when digits[0] != (byte)'-':
                return SmallNumbers[digits[0] - '0'];
            case <= 3 when Utf8Parser.TryParse(digits, out byte small, out var read) && read == digits.Length:
                return SmallNumbers[small];
            default:
                return Encoding.ASCII.GetString(digits);
        }
    }

    private static long Long(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits, out long number, out var read) && read == digits.Length
        ? number
        : throw new FormatException($"{Encoding.ASCII.GetString(digits)} is no whole number of 64 bits");

    private static string Shown(JsonCursor.Utf8Text text) => text.ToString() is { Length: > 40 } all ? $"{all[..40]}…" : text.ToString();

    private static string Expected(Wire wire) => wire switch
    {
        Wire.Whole or Wire.Unsigned => "a whole number",
        Wire.Decimal or Wire.DecimalText => "an exact number",
        Wire.Single or Wire.Double => "a number",
        Wire.Boolean => "true or false",
        Wire.Bytes or Wire.Bits => "base64",
        Wire.Json => "JSON in text",
        Wire.Uuid => "a UUID",
        Wire.Date => "a date",
        Wire.Time or Wire.ZonedTime => "a time of day",
        Wire.Timestamp or Wire.ZonedTimestamp => "a time",
        _ => "another value",
    };
}
