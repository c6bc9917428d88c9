using System.Globalization;

namespace Hub.Connectors.Amazon.Orders;

/// <summary>
/// A place in Amazon's pages: a token that lives for 24 hours, and the times with which it was got. With other times Amazon takes it no more.
/// </summary>
/// <param name="Before">Orders changed until then are asked for.</param>
/// <param name="Token">Null: the first page.</param>
internal sealed record AmazonPlace(DateTimeOffset Since, DateTimeOffset Before, string? Token)
{
    /// <summary>Amazon wants two minutes; the third is for clocks that differ.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(3);

    /// <summary>An hour before the token ends the pages are read anew.</summary>
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(23);

    /// <summary>Where to read on.</summary>
    /// <param name="page">What <see cref="After"/> gave; null for the first page.</param>
    public static AmazonPlace Of(string? page, DateTimeOffset since, DateTimeOffset now) =>
        page?.Split(' ', 3) is [var from, var before, var token] && Time(before) is var until && now - until < TokenLife
            ? new AmazonPlace(Time(from), until, token)
            : new AmazonPlace(since, now - Late, null);

    /// <summary>The place of the page after this one.</summary>
    public string After(string token) => string.Create(CultureInfo.InvariantCulture, $"{Since.UtcTicks} {Before.UtcTicks} {token}");

    private static DateTimeOffset Time(string ticks) => new(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
