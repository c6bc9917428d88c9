using Hub.Placement.Config;

namespace Hub.Placement;

/// <summary>Whether people are at work, and when they are again.</summary>
public static class WorkingHours
{
    /// <summary>What is wrong with the hours, or null.</summary>
    public static string? Problem(WorkingHoursConfig config) =>
        !TimeZoneInfo.TryFindSystemTimeZoneById(config.Zone, out _) ? $"there is no time zone '{config.Zone}'"
        : config.Days.Count == 0 ? "no day is a working day"
        : config.From < TimeSpan.Zero || config.To > TimeSpan.FromDays(1) || config.From >= config.To ? $"{config.From} to {config.To} are no hours of a day"
        : null;

    /// <summary>Null where they are at work now, else when they are next, UTC.</summary>
    public static DateTimeOffset? OpensAt(WorkingHoursConfig config, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(config.Zone, out var found) ? found : TimeZoneInfo.Utc;
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        for (var day = 0; day <= 7; day++)
        {
            var date = local.Date.AddDays(day);
            if (!config.Days.Contains(date.DayOfWeek) || local >= date + config.To)
            {
                continue;
            }

            return local >= date + config.From ? null : Utc(zone, date + config.From);
        }

        return now.AddDays(7);
    }

    // An hour that the clocks leap over in spring begins when they have.
    private static DateTimeOffset Utc(TimeZoneInfo zone, DateTime local)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }

        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(local, zone), TimeSpan.Zero);
    }
}
