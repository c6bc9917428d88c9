using System.Globalization;

namespace Hub.ChangeFeed.Sources;

/// <summary>
/// A row of <c>hub_watermark</c> that came through the feed: all that the source had committed when it was written is in the
/// feed before it (SAFETY.md 8).
/// </summary>
/// <param name="Counter">One more than that of the watermark before; a gap says that changes are missing (CDC.md "Lineage").</param>
/// <param name="At">The plane's time when it was written.</param>
/// <param name="Lineage">Which server it was written at.</param>
/// <param name="Mark">What it opens or closes; null for the one of each second.</param>
public sealed record Watermark(string Dataset, long Counter, DateTimeOffset At, string Lineage, string? Mark)
{
    /// <summary>The table in the source, in its default schema.</summary>
    public const string Table = "hub_watermark";

    /// <summary>Null where the change is of another table, or takes a row away.</summary>
    /// <exception cref="FormatException">A column is missing.</exception>
    public static Watermark? Of(ChangeEvent change) => change.Table != Table || change.After is not { } row ? null : new Watermark(
        Text(row, "dataset", change), Number(row, "counter", change), DateTimeOffset.FromUnixTimeMilliseconds(Number(row, "ts_ms", change)),
        Text(row, "lineage", change), row.TryGet("mark", out var mark) ? mark.Text : null);

    private static string Text(ChangeRow row, string column, ChangeEvent change) => row.TryGet(column, out var value) && value.Text is { } text
        ? text
        : throw new FormatException($"The watermark at {change.Position} has no {column}.");

    private static long Number(ChangeRow row, string column, ChangeEvent change) =>
        long.Parse(Text(row, column, change), CultureInfo.InvariantCulture);
}
