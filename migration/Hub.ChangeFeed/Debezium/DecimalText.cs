using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Hub.ChangeFeed.Debezium;

/// <summary>Writes exact numbers as plain digits with the scale that they were stored with, however many there are.</summary>
internal static class DecimalText
{
    // PostgreSQL's numeric has at most 131072 digits before the point and 16383 behind it; more is no number of a database.
    private const int MostDigits = 150_000;
    private const int MostBytes = MostDigits * 10 / 24;

    /// <summary>From the base64 of the unscaled value, big-endian in two's complement (decimal.handling.mode=precise).</summary>
    public static string FromBase64(ReadOnlySpan<byte> base64, int scale)
    {
        if (base64.Length > MostBytes * 4 / 3)
        {
            throw new FormatException("a number of more digits than any database has");
        }

        if (Math.Abs((long)scale) > MostDigits)
        {
            throw new FormatException($"a number of scale {scale}");
        }

        var rented = ArrayPool<byte>.Shared.Rent((base64.Length / 4 * 3) + 3);
        try
        {
            if (Base64.DecodeFromUtf8(base64, rented, out var read, out var bytes) != OperationStatus.Done || read != base64.Length || bytes == 0)
            {
                throw new FormatException("no base64 of a number");
            }

            if (bytes > 8)
            {
                return Scaled(new BigInteger(rented.AsSpan(0, bytes), isBigEndian: true).ToString(CultureInfo.InvariantCulture), scale);
            }

            var unscaled = (long)(sbyte)rented[0];
            for (var i = 1; i < bytes; i++)
            {
                unscaled = (unscaled << 8) | rented[i];
            }

            var plain = unscaled.ToString(CultureInfo.InvariantCulture);
            return scale == 0 ? plain : Scaled(plain, scale);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>From text (decimal.handling.mode=string): Java may have written an exponent, and has names of its own for what is no number.</summary>
    /// <returns>Null where it is no number.</returns>
    public static string? FromText(ReadOnlySpan<byte> text)
    {
        if (IsPlain(text))
        {
            return Encoding.ASCII.GetString(text);
        }

        if (text.SequenceEqual("NAN"u8) || text.SequenceEqual("NaN"u8))
        {
            return "NaN";
        }

        if (text.SequenceEqual("POSITIVE_INFINITY"u8) || text.SequenceEqual("Infinity"u8))
        {
            return "Infinity";
        }

        if (text.SequenceEqual("NEGATIVE_INFINITY"u8) || text.SequenceEqual("-Infinity"u8))
        {
            return "-Infinity";
        }

        var e = text.IndexOf((byte)'E');
        if (e <= 0 || !IsPlain(text[..e]) || !Utf8Parser.TryParse(text[(e + 1)..].TrimStart((byte)'+'), out int exponent, out var read)
            || read != text[(e + 1)..].TrimStart((byte)'+').Length)
        {
            return null;
        }

        var mantissa = Encoding.ASCII.GetString(text[..e]);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? 0 : mantissa.Length - point - 1;
        return Math.Abs((long)exponent) + mantissa.Length > MostDigits ? null : Scaled(mantissa.Replace(".", "", StringComparison.Ordinal), digits - exponent);
    }

    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        var digits = text.StartsWith("-"u8) ? text[1..] : text;
        var point = digits.IndexOf((byte)'.');
        return point < 0
            ? !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            : point > 0 && point < digits.Length - 1
                && !digits[..point].ContainsAnyExceptInRange((byte)'0', (byte)'9')
                && !digits[(point + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private static string Scaled(string unscaled, int scale)
    {
        var negative = unscaled[0] == '-';
        var digits = unscaled.AsSpan(negative ? 1 : 0).TrimStart('0');
        digits = digits.IsEmpty ? "0" : digits;
        var sign = negative ? "-" : "";
        if (scale <= 0)
        {
            return digits is "0" ? "0" : $"{sign}{digits}{new string('0', -scale)}";
        }

        return digits.Length > scale
            ? $"{sign}{digits[..^scale]}.{digits[^scale..]}"
            : $"{sign}0.{new string('0', scale - digits.Length)}{digits}";
    }
}
