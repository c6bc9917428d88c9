using System.Globalization;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;

namespace Hub.Migration.Applying;

/// <summary>
/// A row of <c>hub_watermark</c> that came through the feed: all that the source had committed at <see cref="At"/> is in
/// the feed before it (SAFETY.md 8).
/// </summary>
internal sealed record Watermark(long Counter, DateTimeOffset At)
{
    /// <summary>The watermarks of a dataset among the changes, in their order.</summary>
    public static List<Watermark> In(IReadOnlyList<ChangeEvent> changes, string dataset) => [.. changes
        .Where(change => change.Table == SqliteChangeLog.WatermarkTable && Text(change, "dataset") == dataset)
        .Select(change => new Watermark(Number(change, "counter"), DateTimeOffset.FromUnixTimeMilliseconds(Number(change, "ts_ms"))))];

    private static string? Text(ChangeEvent change, string column) => change.After!.TryGet(column, out var value) ? value.Text : null;

    private static long Number(ChangeEvent change, string column) =>
        long.Parse(Text(change, column) ?? throw new FormatException($"The watermark at {change.Position} has no {column}."), CultureInfo.InvariantCulture);
}
