using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hub.Control.Protocol;

/// <summary>
/// What one instance of a gateway plane found by mirroring a route, from its start on and whole each time: between these
/// builds of both sides and by these rules.
/// </summary>
/// <param name="LegacyBuild">As legacy told it; empty where no header tells it.</param>
/// <param name="Rules">Which rules it was compared by, and since when it is mirrored.</param>
/// <param name="Samples">Answers that were compared; one that the other side did not give is among them.</param>
/// <param name="Agreed">Samples without a mismatch.</param>
/// <param name="Strict">Samples with a mismatch of money, stock or status.</param>
/// <param name="Seen">Requests of the route, mirrored or not; crawlers' are not counted.</param>
/// <param name="Variety">A sketch of the distinct parameters and states among the samples; see <see cref="VarietySketch"/>.</param>
public sealed record RouteSums(
    string Group, string Route, string LegacyBuild, string NewBuild, string Rules, long Samples, long Agreed, long Strict, long Seen,
    byte[] Variety, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>How ready New is to answer a group's reads (SAFETY.md 19): the answer of <c>GET /api/groups/{group}/readiness</c>.</summary>
/// <param name="Share">
/// Of 0 to 1, the part of the samples that agree, each route weighed by its traffic; null is "unknown" and never a pass.
/// </param>
/// <param name="AtLeast">The lower bound of <paramref name="Share"/> (Wilson, 95 %), weighed alike; null is unknown.</param>
/// <param name="Strict">Samples with a mismatch of money, stock or status.</param>
/// <param name="Variety">Distinct parameters and states, about, over all routes.</param>
/// <param name="PerHour">Samples an hour at the present rate; 0 where none come.</param>
/// <param name="Unknown">Routes that are mirrored and of which there is no sample.</param>
/// <param name="Routes">Those that mirroring can say something of, by id.</param>
/// <param name="Crawl">The newest crawl of the group's part of the sitemap; null: there was none.</param>
public sealed record GroupReadiness(
    string Group, bool Mirrored, long Samples, long Agreed, long Strict, double? Share, double? AtLeast, long Variety, double PerHour,
    ImmutableArray<string> Unknown, ImmutableArray<RouteReadiness> Routes, CrawlView? Crawl);

/// <summary>A route's part of <see cref="GroupReadiness"/>, of the builds that answer now.</summary>
/// <param name="Share">Null: no sample, unknown.</param>
/// <param name="Since">When the first of these samples came, UTC.</param>
/// <param name="LastAt">When the last came, UTC.</param>
public sealed record RouteReadiness(
    string Route, string LegacyBuild, string NewBuild, long Samples, long Agreed, long Strict, double? Share, double? AtLeast,
    long Variety, long Seen, double PerHour, DateTimeOffset? Since, DateTimeOffset? LastAt);

/// <summary>Body of <c>POST /api/groups/{group}/crawl</c>: asks both sides for the group's part of a sitemap and compares what search engines see.</summary>
/// <param name="Sitemap">Absolute; an index or a list, plain or gzip.</param>
/// <param name="PerSecond">Pages asked for a second, 0.1 to 100.</param>
/// <param name="Most">At most so many pages, 1 to 50,000.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CrawlGroup(Uri Sitemap, double PerSecond = 5, int Most = 10_000);

/// <summary>A crawl: how far it is, or how it ended.</summary>
/// <param name="Id">Drawn by the plane that crawls.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Pages">Of the sitemap's, those of the group that were compared.</param>
/// <param name="Agreed">Pages that search engines see alike.</param>
/// <param name="Outside">Pages of the sitemap that belong to no route of the group.</param>
/// <param name="Problem">Why it ended before its end: the sitemap can't be read, the plane stopped.</param>
/// <param name="Mismatches">The first of them, a line each.</param>
public sealed record CrawlView(
    string Group, string Id, string Plane, Uri Sitemap, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int Pages, int Agreed, int Outside,
    string LegacyBuild, string NewBuild, string? Problem, ImmutableArray<string> Mismatches);
