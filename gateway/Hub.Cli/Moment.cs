using System.Globalization;

namespace Hub.Cli;

/// <summary>A moment as people type it: ISO 8601, or a span from now such as <c>2h</c>.</summary>
internal static class Moment
{
    /// <param name="flag">Its flag, for messages.</param>
    /// <param name="ahead">A span counts forward, else back.</param>
    public static DateTimeOffset Parse(string text, string flag, TimeProvider time, bool ahead)
    {
        var span = Span(text.TrimStart('+', '-'));
        if (span is not null && !text.StartsWith(ahead ? '-' : '+'))
        {
            return ahead ? time.GetUtcNow() + span.Value : time.GetUtcNow() - span.Value;
        }

        if (DateTime.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind | DateTimeStyles.AllowWhiteSpaces, out var moment)
            && text.Contains('-', StringComparison.Ordinal) && !text.StartsWith('-'))
        {
            // A time without an offset is meant on this machine's clock.
            return moment.Kind == DateTimeKind.Unspecified
                ? new DateTimeOffset(moment, time.LocalTimeZone.GetUtcOffset(moment))
                : new DateTimeOffset(moment.ToUniversalTime());
        }

        throw new UsageException(
            $"{flag} {text} is no time. Write 2027-01-02T06:00, 2027-01-02T06:00+01:00, or {(ahead ? "+2h" : "2h")} for two hours "
            + $"{(ahead ? "from now" : "back")} (m, h, d).");
    }

    private static TimeSpan? Span(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        return text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' when count < 100_000 => TimeSpan.FromDays(count),
            _ => null,
        };
    }
}
