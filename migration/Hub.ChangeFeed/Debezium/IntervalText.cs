using System.Text;

namespace Hub.ChangeFeed.Debezium;

/// <summary>
/// Writes intervals in ISO 8601 as PostgreSQL does, from Debezium's text, which has all parts: <c>P0Y0M-1DT0H0M0S</c> is
/// <c>P-1D</c>, and nothing at all is <c>PT0S</c>.
/// </summary>
internal static class IntervalText
{
    /// <returns>Null where it is no such text.</returns>
    public static string? FromText(ReadOnlySpan<byte> iso)
    {
        if (iso.Length is < 3 or > 128 || iso[0] != (byte)'P')
        {
            return null;
        }

        var text = new StringBuilder("P", 32);
        var from = 1;
        var time = false;
        for (var at = 1; at < iso.Length; at++)
        {
            var c = iso[at];
            if (c is (byte)'-' or (byte)'.' || (uint)(c - '0') <= 9)
            {
                continue;
            }

            if (c == (byte)'T' && at == from && !time)
            {
                time = true;
                text.Append('T');
            }
            else if (at > from && (time ? c is (byte)'H' or (byte)'M' or (byte)'S' : c is (byte)'Y' or (byte)'M' or (byte)'W' or (byte)'D'))
            {
                var number = iso[from..at];
                if (DecimalText.FromText(number) is not { } digits)
                {
                    return null;
                }

                digits = digits.Contains('.', StringComparison.Ordinal) ? digits.TrimEnd('0').TrimEnd('.') : digits;
                if (digits is not ("0" or "-0"))
                {
                    text.Append(digits).Append((char)c);
                }
            }
            else
            {
                return null;
            }

            from = at + 1;
        }

        if (from != iso.Length)
        {
            return null;
        }

        if (text[^1] == 'T')
        {
            text.Length--;
        }

        return text.Length == 1 ? "PT0S" : text.ToString();
    }
}
