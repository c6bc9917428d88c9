using System.Globalization;

namespace Hub.Connectors.Tryton;

/// <summary>How far a poll is, from page to page.</summary>
/// <param name="All">All articles, changed or not.</param>
/// <param name="From">What changed since then, by Tryton's clock.</param>
/// <param name="Latest">The newest change when the poll began: from there the next one asks.</param>
/// <param name="After">The last id of the page before.</param>
internal sealed record TrytonPosition(bool All, DateTimeOffset From, DateTimeOffset Latest, int After)
{
    /// <summary>Where a poll begins, and where the next one will: the newest change is read before anything else is.</summary>
    /// <param name="overlap">How much before the cursor is asked again: a change carries the time at which its transaction began.</param>
    public static async Task<TrytonPosition> BeginAsync(TrytonTalk talk, string model, DateTimeOffset since, TimeSpan overlap, bool all = false)
    {
        var from = since > DateTimeOffset.UnixEpoch + overlap ? since - overlap : DateTimeOffset.UnixEpoch;
        return new TrytonPosition(all, from, await talk.LatestAsync(model) ?? since, 0);
    }

    /// <exception cref="FormatException">The text is none.</exception>
    public static TrytonPosition Parse(string page) => page.Split('|') is [var all, var from, var latest, var after]
        ? new TrytonPosition(all == "all", Time(from), Time(latest), int.Parse(after, CultureInfo.InvariantCulture))
        : throw new FormatException($"'{page}' is no page of Tryton's.");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(All ? "all" : "changed")}|{From:O}|{Latest:O}|{After}");

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture);
}
