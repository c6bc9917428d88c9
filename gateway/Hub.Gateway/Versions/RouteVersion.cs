using System.Globalization;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Versions;

/// <summary>What the answers of a version say of its end, made once when the document is taken.</summary>
/// <param name="Deprecation">RFC 9745: a structured date, <c>@1688169599</c>.</param>
/// <param name="Sunset">RFC 8594: an HTTP date.</param>
/// <param name="Link">RFC 8288: where to read on, and the next version.</param>
/// <param name="EndsAt">From when on it is answered with 410, in milliseconds since 1970.</param>
internal sealed record RouteVersion(string Name, StringValues Deprecation, StringValues Sunset, StringValues Link, long EndsAt, VersionConfig Config)
{
    public static RouteVersion Of(VersionConfig config) => new(
        config.Name!,
        config.Deprecated is { } deprecated ? $"@{deprecated.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}" : StringValues.Empty,
        config.Sunset is { } sunset ? sunset.UtcDateTime.ToString("R", CultureInfo.InvariantCulture) : StringValues.Empty,
        Links(config),
        config is { EndsAtSunset: true, Sunset: { } end } ? end.ToUnixTimeMilliseconds() : long.MaxValue,
        config);

    /// <summary>A side that says it itself is the nearer one: its header stays.</summary>
    public void Tell(IHeaderDictionary headers)
    {
        if (Deprecation.Count > 0)
        {
            headers.TryAdd("Deprecation", Deprecation);
        }

        if (Sunset.Count > 0)
        {
            headers.TryAdd("Sunset", Sunset);
        }

        if (Link.Count > 0)
        {
            headers.Link = StringValues.Concat(headers.Link, Link);
        }
    }

    private static StringValues Links(VersionConfig config)
    {
        var links = new[] { (config.DeprecationPage, "deprecation"), (config.SunsetPage, "sunset"), (config.Successor, "successor-version") }
            .Where(link => link.Item1 is not null)
            .Select(link => $"<{(link.Item1!.IsAbsoluteUri ? link.Item1.AbsoluteUri : link.Item1.OriginalString)}>; rel=\"{link.Item2}\"");
        var text = string.Join(", ", links);
        return text.Length == 0 ? StringValues.Empty : text;
    }
}
