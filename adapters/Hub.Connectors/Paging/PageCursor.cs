using System.Globalization;

namespace Hub.Connectors.Paging;

/// <summary>
/// A place in a vendor's list that is sorted by time of change and read by offset. The next page is asked for from the time of the last entry on, and the
/// offset counts only those of that very time: an entry that is changed while the pages are read moves to the end and makes none of the others slip
/// through, as it would by a mere offset.
/// </summary>
/// <param name="At">Entries changed at or after this are asked for.</param>
/// <param name="Offset">How many of those are passed over.</param>
public readonly record struct PageCursor(DateTimeOffset At, int Offset)
{
    /// <summary>Where a page begins.</summary>
    /// <param name="page">What <see cref="After"/> gave; null for the first page.</param>
    /// <exception cref="FormatException">The text is no place.</exception>
    public static PageCursor Of(string? page, DateTimeOffset since) => page?.Split('+') switch
    {
        null => new PageCursor(since, 0),
        [var at, var offset] => new PageCursor(
            new DateTimeOffset(long.Parse(at, CultureInfo.InvariantCulture), TimeSpan.Zero), int.Parse(offset, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"'{page}' is no place in a list."),
    };

    /// <summary>Where the page after this begins.</summary>
    /// <param name="changes">The times of change of this page's entries, in the vendor's order; at least one.</param>
    public string After(IReadOnlyList<DateTimeOffset> changes)
    {
        var last = changes[^1].ToUniversalTime();
        var offset = last > At ? changes.Count(change => change.ToUniversalTime() == last) : Offset + changes.Count;
        return string.Create(CultureInfo.InvariantCulture, $"{(last > At ? last : At).UtcTicks}+{offset}");
    }
}
