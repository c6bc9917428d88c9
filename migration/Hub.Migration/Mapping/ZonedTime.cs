using System.Globalization;

namespace Hub.Migration.Mapping;

/// <summary>
/// Times that legacy wrote without a zone, in the zone that the config states. Snapshot and stream go through the same
/// text and the same lines here, so they can't disagree.
/// </summary>
/// <remarks>
/// Two hours a year need a decision. The hour that comes twice (autumn) is taken the first time. An hour that never was
/// (spring: 02:30) is taken as the clock would have gone on without the change (03:30), as browsers and Java do: a shop
/// that adds an hour to a local time writes such ones.
/// </remarks>
internal static class ZonedTime
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm", "yyyy-MM-dd",
    ];

    /// <summary>Null where the text is no time without zone.</summary>
    public static DateTimeOffset? Parse(string text, TimeZoneInfo zone)
    {
        if (!DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return null;
        }

        var offset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddDays(-1))
            : zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.GetUtcOffset(local);
        return InRange(local, offset) ? new DateTimeOffset(local, offset).ToUniversalTime() : null;
    }

    // The first and the last day that .NET knows have no room for an offset.
    private static bool InRange(DateTime local, TimeSpan offset) =>
        local - DateTime.MinValue > offset && DateTime.MaxValue - local > -offset;
}
