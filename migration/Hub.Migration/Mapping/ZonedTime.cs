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
internal sealed class ZonedTime(TimeZoneInfo zone)
{
    private const long Quarter = 15 * TimeSpan.TicksPerMinute;

    // Offsets of quarters of an hour that were asked for: the quarter and the offset's minutes in one number, so that threads never see half of one.
    private readonly long[] _known = new long[512];

    /// <summary>Null where the first or the last day that .NET knows has no room for the offset.</summary>
    public DateTimeOffset? ToUtc(DateTime local)
    {
        var quarter = local.Ticks / Quarter;
        ref var known = ref _known[quarter & 511];
        var seen = Volatile.Read(ref known);
        long offset;
        if (seen >> 12 == quarter && seen != 0)
        {
            offset = ((seen & 0xFFF) - 2048) * TimeSpan.TicksPerMinute;
        }
        else
        {
            var found = Offset(local);
            offset = found.Ticks;

            // Zones change at quarters, all but those of more than a century ago.
            if (offset % TimeSpan.TicksPerMinute == 0 && local.Year > 1930)
            {
                Volatile.Write(ref known, (quarter << 12) | (uint)((int)found.TotalMinutes + 2048));
            }
        }

        var ticks = local.Ticks - offset;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    private TimeSpan Offset(DateTime local) =>
        zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddDays(-1))
        : zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
        : zone.GetUtcOffset(local);
}
