namespace Hub.ChangeFeed.Debezium;

/// <summary>
/// Writes times as the one text that the Hub knows for them, from Debezium's numbers since 1970 and from its ISO texts. Any
/// year: databases know more of them than .NET does.
/// </summary>
internal static class TemporalText
{
    private const long SecondsADay = 86_400;
    private const long NanosASecond = 1_000_000_000;
    private const int LastYear = 9999;

    // What PostgreSQL's driver makes of infinity, in milliseconds, and what Debezium makes of that where it doesn't fit.
    private const long DriversInfinity = 9223372036825200000;
    private const long DriversMinusInfinity = -9223372036832400000;

    // The same of dates, +5877611-06-21 and -5877611-06-22: seen of Debezium 3.7.0. PostgreSQL's last day is in the year 5874897.
    private const long DriversInfiniteDay = 2146033979;
    private const long DriversMinusInfiniteDay = -2147472691;

    /// <summary>A day counted from 1970.</summary>
    public static string Date(long days)
    {
        switch (days)
        {
            case DriversInfiniteDay:
                return "infinity";
            case DriversMinusInfiniteDay:
                return "-infinity";
        }

        if (days is > int.MaxValue or < int.MinValue)
        {
            throw new FormatException($"{days} is no day");
        }

        Span<char> text = stackalloc char[32];
        var at = 0;
        var bc = PutDate(text, ref at, days);
        return Finish(text, at, bc);
    }

    /// <summary>A time without zone, counted from 1970.</summary>
    /// <param name="perSecond">How many units a second has.</param>
    /// <param name="bounded">
    /// The unit was guessed by the column's type: a year that no shop knows says that the guess is wrong.
    /// </param>
    public static string Timestamp(long count, long perSecond, bool bounded)
    {
        switch (count)
        {
            case DriversInfinity or long.MaxValue:
                return "infinity";
            case DriversMinusInfinity or long.MinValue:
                return "-infinity";
        }

        var (seconds, rest) = Math.DivRem(count, perSecond);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + perSecond);
        }

        var text = Timestamp(seconds, rest * (NanosASecond / perSecond), zone: false, out var year);
        return !bounded || year is >= -4713 and <= LastYear
            ? text
            : throw new FormatException($"{count} would be {text}: it looks like another time.precision.mode than adaptive (microseconds or nanoseconds); set time.precision.mode=isostring");
    }

    /// <summary>A time of day; MySQL's may be negative and of more than a day.</summary>
    public static string TimeOfDay(long count, long perSecond)
    {
        Span<char> text = stackalloc char[48];
        var at = 0;
        var size = count < 0 ? unchecked(0 - (ulong)count) : (ulong)count;
        if (count < 0)
        {
            text[at++] = '-';
        }

        var seconds = (long)(size / (ulong)perSecond);
        var nanos = (long)(size % (ulong)perSecond) * (NanosASecond / perSecond);
        PutTime(text, ref at, seconds, nanos);
        return new string(text[..at]);
    }

    /// <summary><c>1999-12-31Z</c>: the Z says nothing.</summary>
    public static string IsoDate(ReadOnlySpan<byte> iso)
    {
        var scan = new IsoScan(iso);
        var days = scan.Date();
        scan.Take((byte)'Z');
        scan.End();
        return Date(days);
    }

    /// <summary><c>23:59:59.123456Z</c>: the Z says nothing; MySQL's hours may be more than two digits, and negative.</summary>
    public static string IsoTime(ReadOnlySpan<byte> iso, bool zoned)
    {
        var scan = new IsoScan(iso);
        var negative = scan.Take((byte)'-');
        var (seconds, nanos) = scan.Time();
        if (!zoned)
        {
            scan.Take((byte)'Z');
        }
        else if (scan.Offset() != 0)
        {
            throw new FormatException("a time with an offset is expected in UTC");
        }

        scan.End();
        Span<char> text = stackalloc char[48];
        var at = 0;
        if (negative)
        {
            text[at++] = '-';
        }

        PutTime(text, ref at, seconds, nanos);
        if (zoned)
        {
            text[at++] = 'Z';
        }

        return new string(text[..at]);
    }

    /// <summary><c>2024-02-29T12:34:56.789012Z</c>; without a zone the Z says nothing, with one it becomes UTC.</summary>
    public static string IsoTimestamp(ReadOnlySpan<byte> iso, bool zoned)
    {
        if (iso.SequenceEqual("infinity"u8) || iso.SequenceEqual("+292278994-08-16T23:00:00Z"u8))
        {
            return "infinity";
        }

        if (iso.SequenceEqual("-infinity"u8) || iso.SequenceEqual("-292275055-05-16T23:00:00Z"u8))
        {
            return "-infinity";
        }

        var scan = new IsoScan(iso);
        var days = scan.Date();
        scan.Expect((byte)'T');
        var (ofDay, nanos) = scan.Time();
        var offset = 0;
        if (zoned)
        {
            offset = scan.Offset();
        }
        else
        {
            scan.Take((byte)'Z');
        }

        scan.End();
        return Timestamp((days * SecondsADay) + ofDay - offset, nanos, zoned, out _);
    }

    private static string Timestamp(long seconds, long nanos, bool zone, out long year)
    {
        var (days, ofDay) = Math.DivRem(seconds, SecondsADay);
        if (ofDay < 0)
        {
            (days, ofDay) = (days - 1, ofDay + SecondsADay);
        }

        Span<char> text = stackalloc char[64];
        var at = 0;
        var bc = PutDate(text, ref at, days, out year);
        text[at++] = 'T';
        PutTime(text, ref at, ofDay, nanos);
        if (zone)
        {
            text[at++] = 'Z';
        }

        return Finish(text, at, bc);
    }

    private static string Finish(Span<char> text, int at, bool bc)
    {
        if (bc)
        {
            " BC".CopyTo(text[at..]);
            at += 3;
        }

        return new string(text[..at]);
    }

    private static bool PutDate(Span<char> text, ref int at, long days) => PutDate(text, ref at, days, out _);

    // Howard Hinnant's civil_from_days: the Gregorian calendar without end in both directions, as databases count.
    private static bool PutDate(Span<char> text, ref int at, long days, out long year)
    {
        var shifted = days + 719_468;
        var era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097;
        var dayOfEra = (int)(shifted - (era * 146_097));
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shiftedMonth = ((5 * dayOfYear) + 2) / 153;
        var month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);

        // The year 0 of ISO 8601 is the year 1 BC.
        Put(text, ref at, year > 0 ? year : 1 - year, 4);
        text[at++] = '-';
        Put(text, ref at, month, 2);
        text[at++] = '-';
        Put(text, ref at, dayOfYear - (((153 * shiftedMonth) + 2) / 5) + 1, 2);
        return year <= 0;
    }

    private static void PutTime(Span<char> text, ref int at, long seconds, long nanos)
    {
        Put(text, ref at, seconds / 3_600, 2);
        text[at++] = ':';
        Put(text, ref at, seconds / 60 % 60, 2);
        text[at++] = ':';
        Put(text, ref at, seconds % 60, 2);
        if (nanos == 0)
        {
            return;
        }

        text[at++] = '.';
        Put(text, ref at, nanos, 9);
        while (text[at - 1] == '0')
        {
            at--;
        }
    }

    private static void Put(Span<char> text, ref int at, long number, int digits)
    {
        for (var limit = Power(digits); number >= limit && digits < 19; limit = Power(digits))
        {
            digits++;
        }

        for (var place = at + digits - 1; place >= at; place--)
        {
            (number, var digit) = Math.DivRem(number, 10);
            text[place] = (char)('0' + digit);
        }

        at += digits;
    }

    private static long Power(int digits) => digits switch
    {
        2 => 100,
        4 => 10_000,
        9 => 1_000_000_000,
        >= 19 => long.MaxValue,
        _ => (long)Math.Pow(10, digits),
    };

    /// <summary>Reads ISO 8601 as Java writes it.</summary>
    private ref struct IsoScan(ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private int _at;

        public bool Take(byte expected)
        {
            if (_at >= _text.Length || _text[_at] != expected)
            {
                return false;
            }

            _at++;
            return true;
        }

        public void Expect(byte expected)
        {
            if (!Take(expected))
            {
                throw Broken();
            }
        }

        public readonly void End()
        {
            if (_at != _text.Length)
            {
                throw Broken();
            }
        }

        /// <summary>Days from 1970 (Howard Hinnant's days_from_civil).</summary>
        public long Date()
        {
            var negative = Take((byte)'-');
            if (!negative)
            {
                Take((byte)'+');
            }

            var year = Digits(4, 9);
            year = negative ? -year : year;
            Expect((byte)'-');
            var month = Digits(2, 2);
            Expect((byte)'-');
            var day = Digits(2, 2);
            if (month is < 1 or > 12 || day is < 1 or > 31)
            {
                throw Broken();
            }

            year -= month <= 2 ? 1 : 0;
            var era = (year >= 0 ? year : year - 399) / 400;
            var yearOfEra = year - (era * 400);
            var dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
            return (era * 146_097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719_468;
        }

        public (long Seconds, long Nanos) Time()
        {
            var seconds = Digits(2, 9) * 3_600;
            Expect((byte)':');
            seconds += Part() * 60;
            if (!Take((byte)':'))
            {
                return (seconds, 0);
            }

            seconds += Part();
            if (!Take((byte)'.'))
            {
                return (seconds, 0);
            }

            var from = _at;
            var nanos = Digits(1, 9);
            for (var digits = _at - from; digits < 9; digits++)
            {
                nanos *= 10;
            }

            return (seconds, nanos);
        }

        /// <summary>Seconds east of UTC.</summary>
        public int Offset()
        {
            if (Take((byte)'Z'))
            {
                return 0;
            }

            var west = Take((byte)'-');
            if (!west)
            {
                Expect((byte)'+');
            }

            var seconds = (int)Digits(2, 2) * 3_600;
            if (Take((byte)':'))
            {
                seconds += (int)Part() * 60;
                seconds += Take((byte)':') ? (int)Part() : 0;
            }

            return west ? -seconds : seconds;
        }

        private long Part() => Digits(2, 2) is var part and < 60 ? part : throw Broken();

        private long Digits(int least, int most)
        {
            var from = _at;
            var number = 0L;
            while (_at < _text.Length && _at - from < most && (uint)(_text[_at] - '0') <= 9)
            {
                number = (number * 10) + (_text[_at++] - '0');
            }

            return _at - from >= least ? number : throw Broken();
        }

        private static FormatException Broken() => new("no time in ISO 8601");
    }
}
