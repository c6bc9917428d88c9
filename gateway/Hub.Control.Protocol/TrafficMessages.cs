using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>What was asked of a shop, by normalised path: <c>GET /api/traffic?watch=ID</c>, and what <c>hub discover</c> makes of a log.</summary>
/// <remarks>A gateway counts from the first time that a watch is asked for, and forgets it when nobody asked for half a minute.</remarks>
/// <param name="Plane">The gateway that counted; empty for a log.</param>
/// <param name="Since">Since when it counts, UTC.</param>
/// <param name="Routes">The most asked first.</param>
public sealed record TrafficView(
    string Plane, DateTimeOffset Since, long Requests, ImmutableArray<TrafficRoute> Routes, ImmutableArray<TrafficForm> Forms);

/// <summary>Requests of one kind.</summary>
/// <param name="Path">With <c>{id}</c>, <c>{slug}</c> and <c>{**rest}</c> for what varies.</param>
/// <param name="Query">The query parameter that chooses the page, <c>route=product/product</c>; null where none does.</param>
/// <param name="Methods">How often each was used.</param>
/// <param name="Callers">How often each kind of client came: <c>browser</c>, <c>app</c>, <c>crawler</c>, <c>partner</c>, <c>unknown</c>.</param>
/// <param name="Gets">GETs and HEADs that were answered with 2xx or 3xx.</param>
/// <param name="GetRedirects">Those of them that were answered with 302, 303, 307.</param>
/// <param name="GetCookies">Those of them whose answer set a cookie, where that is known.</param>
/// <param name="Errors">Answers of 400 and above.</param>
/// <param name="Example">A path and query that came.</param>
public sealed record TrafficRoute(
    string Path,
    string? Query,
    long Requests,
    ImmutableSortedDictionary<string, long> Methods,
    ImmutableSortedDictionary<string, long> Callers,
    long Gets,
    long GetRedirects,
    long GetCookies,
    long Errors,
    string Example)
{
    /// <summary>How often anything but GET, HEAD and OPTIONS was used.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Unsafe => Methods.Where(method => method.Key is not ("GET" or "HEAD" or "OPTIONS")).Sum(method => method.Value);
}

/// <summary>A page from which something was posted.</summary>
/// <param name="Page">The page's path, as in <see cref="TrafficRoute.Path"/>.</param>
/// <param name="Target">The path that was posted to.</param>
public sealed record TrafficForm(string Page, string Target, long Times);
