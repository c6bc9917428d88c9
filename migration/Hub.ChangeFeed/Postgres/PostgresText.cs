using System.Globalization;
using System.Text;

namespace Hub.ChangeFeed.Postgres;

/// <summary>
/// The canonical value of what PostgreSQL prints under <see cref="PostgresSession"/>'s settings: one way for chunks and for the
/// replication stream.
/// </summary>
internal static class PostgresText
{
    private static readonly string[] Ascii = [.. Enumerable.Range(0, 128).Select(code => ((char)code).ToString())];

    public static ChangeValue Read(PostgresType type, ReadOnlySpan<byte> text) => type.Form switch
    {
        TextForm.AsIs => new(ChangeValueKind.Text, Text(text)),
        TextForm.Number => Number(text),
        TextForm.Float => Float(text),
        TextForm.Money => Money(text),
        TextForm.Boolean => Boolean(text[0] == (byte)'t'),
        TextForm.Bit => Boolean(text[0] == (byte)'1'),
        TextForm.Bits => new(ChangeValueKind.Bytes, Bits(text)),
        TextForm.Bytes => new(ChangeValueKind.Bytes, Encoding.ASCII.GetString(text[2..])),
        TextForm.Timestamp => new(ChangeValueKind.Text, Timestamp(text)),
        TextForm.ZonedTimestamp => new(ChangeValueKind.Text, ZonedTimestamp(text)),
        TextForm.ZonedTime => new(ChangeValueKind.Text, ZonedTime(text)),
        TextForm.Json => new(ChangeValueKind.Text, CompactJson(text)),
        TextForm.Hstore => new(ChangeValueKind.Text, PostgresNested.Hstore(Text(text))),
        TextForm.Array => new(ChangeValueKind.Nested, PostgresNested.Array(Text(text), new PostgresType(default, type.Element))),
        _ => throw new InvalidOperationException($"No text for {type.Form}."),
    };

    private static string Text(ReadOnlySpan<byte> text) =>
        text.Length == 1 && text[0] < 128 ? Ascii[text[0]] : Encoding.UTF8.GetString(text);

    private static ChangeValue Boolean(bool value) => new(ChangeValueKind.Boolean, value ? "true" : "false");

    private static ChangeValue Number(ReadOnlySpan<byte> text) =>
        new(IsDigits(text) ? ChangeValueKind.Number : ChangeValueKind.Text, text.Length == 1 ? Ascii[text[0]] : Encoding.ASCII.GetString(text));

    /// <summary>Not NaN and not Infinity.</summary>
    private static bool IsDigits(ReadOnlySpan<byte> text) => char.IsAsciiDigit((char)text[^1]);

    // PostgreSQL prints the shortest digits too, but writes powers of ten in its own way.
    private static ChangeValue Float(ReadOnlySpan<byte> text) => !IsDigits(text) || !text.Contains((byte)'e')
        ? Number(text)
        : new(ChangeValueKind.Number, double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture));

    private static ChangeValue Money(ReadOnlySpan<byte> text)
    {
        Span<char> digits = stackalloc char[text.Length];
        var length = 0;
        foreach (var code in text)
        {
            if (code is (byte)'-' or (byte)'.' || char.IsAsciiDigit((char)code))
            {
                digits[length++] = (char)code;
            }
        }

        return new ChangeValue(ChangeValueKind.Number, new string(digits[..length]));
    }

    // The last bit is the lowest of the first byte, and zero bytes at the end are left out, as Debezium has them.
    private static string Bits(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[(text.Length + 7) / 8];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[text.Length - 1 - i] == (byte)'1')
            {
                bytes[i / 8] |= (byte)(1 << (i % 8));
            }
        }

        return Convert.ToHexStringLower(bytes.AsSpan().TrimEnd((byte)0));
    }

    private static string Timestamp(ReadOnlySpan<byte> text)
    {
        Span<char> chars = stackalloc char[text.Length];
        Encoding.ASCII.GetChars(text, chars);
        SetT(chars);
        return new string(chars);
    }

    private static string ZonedTimestamp(ReadOnlySpan<byte> text)
    {
        // The session's zone is UTC: the offset is always +00.
        var plus = text.LastIndexOf("+00"u8);
        if (plus < 0)
        {
            return Timestamp(text);
        }

        Span<char> chars = stackalloc char[text.Length - 2];
        Encoding.ASCII.GetChars(text[..plus], chars);
        chars[plus] = 'Z';
        Encoding.ASCII.GetChars(text[(plus + 3)..], chars[(plus + 1)..]);
        SetT(chars);
        return new string(chars);
    }

    private static void SetT(Span<char> chars)
    {
        if (chars.IndexOf(' ') is var blank and > 0)
        {
            chars[blank] = 'T';
        }
    }

    // 13:51:30.123789+02, also +05:30 and +05:30:10.
    private static string ZonedTime(ReadOnlySpan<byte> text)
    {
        var time = Encoding.ASCII.GetString(text);
        var sign = time.LastIndexOfAny(['+', '-']);
        var offset = Ticks(time[(sign + 1)..]) * (time[sign] == '-' ? -1 : 1);
        const long Day = TimeSpan.TicksPerDay;
        var at = (((Ticks(time[..sign]) - offset) % Day) + Day) % Day;
        var fraction = at % TimeSpan.TicksPerSecond;
        var seconds = new TimeSpan(at - fraction).ToString("c", CultureInfo.InvariantCulture);
        return fraction == 0 ? $"{seconds}Z" : string.Create(CultureInfo.InvariantCulture, $"{seconds}.{fraction:D7}").TrimEnd('0') + "Z";
    }

    private static long Ticks(string time)
    {
        var parts = time.Split(':');
        var seconds = parts.Length > 2 ? decimal.Parse(parts[2], CultureInfo.InvariantCulture) : 0;
        return (long.Parse(parts[0], CultureInfo.InvariantCulture) * TimeSpan.TicksPerHour)
            + ((parts.Length > 1 ? long.Parse(parts[1], CultureInfo.InvariantCulture) : 0) * TimeSpan.TicksPerMinute)
            + (long)(seconds * TimeSpan.TicksPerSecond);
    }

    private static string CompactJson(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny(" \t\r\n"u8) < 0)
        {
            return Text(text);
        }

        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(text.Length);
        var length = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var code = text[i];
            if (!quoted && code is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            buffer[length++] = code;
            if (code == (byte)'"')
            {
                quoted = !quoted;
            }
            else if (code == (byte)'\\' && quoted)
            {
                buffer[length++] = text[++i];
            }
        }

        var compact = Encoding.UTF8.GetString(buffer, 0, length);
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        return compact;
    }
}
