using System.Globalization;

namespace Hub.Town.Legacy.Store;

/// <summary>
/// Berlin's wall clock as the shop stores it: <c>2026-10-25 02:30:00</c>, without zone, so that an hour a year is told
/// twice. Reckoned by the EU's rule, since not every machine has a zone database.
/// </summary>
internal static class BerlinTime
{
    public static string Text(DateTimeOffset utc)
    {
        var summer = utc >= LastSunday(utc.Year, 3) && utc < LastSunday(utc.Year, 10);
        return utc.UtcDateTime.AddHours(summer ? 2 : 1).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>01:00 UTC on the month's last Sunday, when the clocks change.</summary>
    private static DateTimeOffset LastSunday(int year, int month)
    {
        var last = new DateTimeOffset(year, month, 31, 1, 0, 0, TimeSpan.Zero);
        return last.AddDays(-(int)last.DayOfWeek);
    }
}
