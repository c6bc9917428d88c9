using System.Buffers;
using System.Globalization;

namespace Hub.Migration.Mapping.Converting;

/// <summary>Reads the texts of times: <c>2018-07-13T11:23:45.34Z</c> and the like, with a blank instead of the T too.</summary>
internal static class TimeText
{
    private static readonly SearchValues<char> NumberParts = SearchValues.Create("+-0123456789.");
    public static readonly Refusal TooFine = new("a time of whole microseconds, the least that the target's column keeps");
    private static readonly Refusal Infinite = new("a time that has an end; infinity fits a text only");
    private static readonly Refusal Zero = new("a day of the calendar (a zero date); legacy means none by it: correct it there, or map it with Map to a day");
    private static readonly Refusal OutOfRange = new("a time of the years 1 to 9999");

    /// <summary>What is special about a text that is no time; null where nothing is.</summary>
    public static Refusal? Why(string text) => text switch
    {
        "infinity" or "-infinity" => Infinite,
        _ when text.EndsWith(" BC", StringComparison.Ordinal) || (text.Length > 5 && text[0] is '+' or '-') => OutOfRange,
        _ when text.StartsWith("0000-00-00", StringComparison.Ordinal) || (text.Length >= 10 && text[4] == '-' && (text.AsSpan(5, 2) is "00" || text.AsSpan(8, 2) is "00")) => Zero,
        _ => null,
    };

    public static bool TryParse(ReadOnlySpan<char> text, out ParsedTime time)
    {
        time = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-' || !Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        var ticks = new DateTime(year, month, day).Ticks;
        var rest = text[10..];
        TimeSpan? offset = null;
        if (rest.Length > 0)
        {
            if (rest[0] is not ('T' or ' ') || !TakeOfDay(rest[1..], out var ofDay, out var used) || ofDay >= TimeSpan.TicksPerDay)
            {
                return false;
            }

            ticks += ofDay;
            rest = rest[(1 + used)..];
            if (rest.Length > 0 && !Offset(rest, out offset))
            {
                return false;
            }
        }

        time = new ParsedTime(new DateTime(ticks), offset);
        return true;
    }

    /// <summary>Hours, minutes and seconds; of MariaDB's also negative ones and up to 838 hours.</summary>
    public static bool TryParseOfDay(ReadOnlySpan<char> text, out TimeSpan span)
    {
        var negative = text is ['-', ..];
        var digits = negative ? text[1..] : text;
        span = default;
        if (!TakeOfDay(digits, out var ticks, out var used) || used != digits.Length)
        {
            return false;
        }

        span = new TimeSpan(negative ? -ticks : ticks);
        return true;
    }

    /// <summary>ISO 8601 of days and less.</summary>
    public static bool TryParseInterval(ReadOnlySpan<char> text, out TimeSpan span)
    {
        span = default;
        var all = text is ['-', ..] ? -1 : 1;
        text = all < 0 ? text[1..] : text;
        if (text is not ['P', _, ..])
        {
            return false;
        }

        decimal ticks = 0;
        var time = false;
        for (text = text[1..]; text.Length > 0;)
        {
            if (text[0] == 'T' && !time)
            {
                time = true;
                text = text[1..];
                continue;
            }

            var end = text.IndexOfAnyExcept(NumberParts);
            if (end < 1 || !decimal.TryParse(text[..end], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            var unit = (text[end], time) switch
            {
                ('W', false) => 7 * TimeSpan.TicksPerDay,
                ('D', false) => TimeSpan.TicksPerDay,
                ('H', true) => TimeSpan.TicksPerHour,
                ('M', true) => TimeSpan.TicksPerMinute,
                ('S', true) => TimeSpan.TicksPerSecond,
                // No months and no years, unless there are none of them.
                ('Y' or 'M', false) when number == 0 => 0,
                _ => -1,
            };
            if (unit < 0 || Math.Abs(number) > 1e12m)
            {
                return false;
            }

            ticks += number * unit;
            text = text[(end + 1)..];
        }

        if (decimal.Truncate(ticks) != ticks || Math.Abs(ticks) > long.MaxValue)
        {
            return false;
        }

        span = new TimeSpan(all * (long)ticks);
        return true;
    }

    private static bool TakeOfDay(ReadOnlySpan<char> text, out long ticks, out int used)
    {
        (ticks, used) = (0, 0);
        var hourDigits = text.IndexOf(':');
        if (hourDigits is < 2 or > 3 || text.Length < hourDigits + 3 || !Number(text[..hourDigits], out var hours)
            || !Number(text.Slice(hourDigits + 1, 2), out var minutes) || minutes > 59)
        {
            return false;
        }

        used = hourDigits + 3;
        ticks = (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute);
        if (used == text.Length || text[used] != ':')
        {
            return true;
        }

        if (text.Length < used + 3 || !Number(text.Slice(used + 1, 2), out var seconds) || seconds > 59)
        {
            return false;
        }

        ticks += seconds * TimeSpan.TicksPerSecond;
        used += 3;
        if (used == text.Length || text[used] != '.')
        {
            return true;
        }

        var scale = TimeSpan.TicksPerSecond / 10;
        var first = ++used;
        for (; used < text.Length && char.IsAsciiDigit(text[used]); used++, scale /= 10)
        {
            if (scale == 0 && text[used] != '0')
            {
                return false; // Finer than a tick.
            }

            ticks += (text[used] - '0') * scale;
        }

        return used > first;
    }

    private static bool Offset(ReadOnlySpan<char> text, out TimeSpan? offset)
    {
        offset = null;
        if (text is "Z")
        {
            offset = TimeSpan.Zero;
            return true;
        }

        if (text[0] is not ('+' or '-') || text.Length is not (3 or 6) || !Number(text[1..3], out var hours) || hours > 14)
        {
            return false;
        }

        var minutes = 0;
        if (text.Length == 6 && (text[3] != ':' || !Number(text[4..6], out minutes) || minutes > 59))
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Number(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return true;
    }
}

/// <param name="Offset">Null where the text has none.</param>
internal readonly record struct ParsedTime(DateTime Local, TimeSpan? Offset);
