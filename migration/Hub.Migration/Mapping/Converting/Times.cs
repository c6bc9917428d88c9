using Hub.ChangeFeed;

namespace Hub.Migration.Mapping.Converting;

/// <summary>A time without zone, in the zone that the config states, as UTC.</summary>
/// <param name="step">The least part of a second that the target's column keeps, in ticks.</param>
internal sealed class ZonedTimeConverter(TimeZoneInfo zone, long step) : Converter
{
    private static readonly Refusal NoTime = new("a time without zone such as 2027-01-31 06:00:00");
    private readonly ZonedTime _zone = new(zone);

    public override object? Convert(in ChangeValue value) =>
        value.Kind == ChangeValueKind.Text && TimeText.TryParse(value.Text, out var time) && time.Offset is null && _zone.ToUtc(time.Local) is { } utc
            ? utc.Ticks % step != 0 ? TimeText.TooFine : utc
            : value.Kind == ChangeValueKind.Text ? TimeText.Why(value.Text!) ?? NoTime : NoTime;
}

/// <summary>A time in UTC, with an offset of its own or without any, as UTC.</summary>
internal sealed class UtcTimeConverter(long step) : Converter
{
    private static readonly Refusal NoTime = new("a time such as 2027-01-31T06:00:00Z");

    public override object? Convert(in ChangeValue value)
    {
        if (value.Kind != ChangeValueKind.Text || !TimeText.TryParse(value.Text, out var time))
        {
            return value.Kind == ChangeValueKind.Text ? TimeText.Why(value.Text!) ?? NoTime : NoTime;
        }

        var ticks = time.Local.Ticks - (time.Offset ?? TimeSpan.Zero).Ticks;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? NoTime
            : ticks % step != 0 ? TimeText.TooFine
            : new DateTimeOffset(ticks, TimeSpan.Zero);
    }
}

/// <summary>A time without zone as it stands.</summary>
internal sealed class LocalTimeConverter(long step) : Converter
{
    private static readonly Refusal NoTime = new("a time without zone such as 2027-01-31T06:00:00");

    public override object? Convert(in ChangeValue value) =>
        value.Kind == ChangeValueKind.Text && TimeText.TryParse(value.Text, out var time) && time.Offset is null
            ? time.Local.Ticks % step != 0 ? TimeText.TooFine : time.Local
            : value.Kind == ChangeValueKind.Text ? TimeText.Why(value.Text!) ?? NoTime : NoTime;
}

/// <summary>A day; of a time only where it is midnight.</summary>
internal sealed class DateConverter : Converter
{
    private static readonly Refusal NoDate = new("a day such as 2027-01-31");
    private static readonly Refusal HasTime = new("a day without a time of day, which would be lost");

    public override object? Convert(in ChangeValue value) =>
        value.Kind != ChangeValueKind.Text || !TimeText.TryParse(value.Text, out var time) || time.Offset is not null
            ? value.Kind == ChangeValueKind.Text ? TimeText.Why(value.Text!) ?? NoDate : NoDate
            : time.Local.TimeOfDay != TimeSpan.Zero ? HasTime : DateOnly.FromDateTime(time.Local);
}

/// <summary>A time of day; MariaDB's may be negative or of many hours, which only an interval holds.</summary>
internal sealed class TimeOfDayConverter(long step) : Converter
{
    private static readonly Refusal NoTimeOfDay = new("a time of day from 00:00:00 to 23:59:59.999999; one that is longer or negative fits an interval");

    public override object? Convert(in ChangeValue value) =>
        value.Kind == ChangeValueKind.Text && TimeText.TryParseOfDay(value.Text, out var span) && span >= TimeSpan.Zero && span < TimeSpan.FromDays(1)
            ? span.Ticks % step != 0 ? TimeText.TooFine : new TimeOnly(span.Ticks)
            : NoTimeOfDay;
}

/// <summary>A span of days and less, from ISO 8601 or from a time of day.</summary>
internal sealed class IntervalConverter(long step) : Converter
{
    private static readonly Refusal NoSpan = new("an interval such as P3DT4H5M6.78S; months and years have no length of their own and fit a text only");

    public override object? Convert(in ChangeValue value) =>
        value.Kind == ChangeValueKind.Text && (TimeText.TryParseInterval(value.Text, out var span) || TimeText.TryParseOfDay(value.Text, out span))
            ? span.Ticks % step != 0 ? TimeText.TooFine : span
            : NoSpan;
}
