using Hub.Gateway.Discovering;

namespace Hub.Cli.Discovering;

/// <summary>How a log is written.</summary>
internal abstract class LogFormat
{
    /// <summary>For people: <c>nginx or Apache</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Reads a line.</summary>
    /// <returns>False where it can't be read; null in <paramref name="sighting"/> where it tells of no request.</returns>
    public abstract bool TryRead(string line, out Sighting? sighting);

    /// <summary>The format that a log's first line shows; null where it shows none.</summary>
    public static LogFormat? Detect(string line) => line switch
    {
        ['#', ..] => new W3cLog(),
        ['{', ..] => new JsonLog(),
        _ when new CombinedLog() is var combined && combined.TryRead(line, out _) => combined,
        _ => null,
    };

    /// <summary>A sighting of what the line's fields say; null where method, target or status are none.</summary>
    protected static Sighting? Make(
        string? method, string? target, string? query, string? status, string? agent, string? referer, string? host, bool setsCookie)
    {
        if (method is not { Length: > 0 and <= 20 } || !method.All(char.IsAsciiLetterUpper) || target is not { Length: > 0 }
            || !int.TryParse(status, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var code))
        {
            return null;
        }

        if (!target.StartsWith('/'))
        {
            // A CDN writes the whole address; * is that of OPTIONS.
            if (!Uri.TryCreate(target, UriKind.Absolute, out var whole) || !whole.Scheme.StartsWith("http", StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            (target, host) = (whole.PathAndQuery, host ?? whole.Host);
        }

        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? target : target[..mark];
        query = mark < 0 ? (query is null or "-" ? "" : query) : target[(mark + 1)..];
        return new Sighting(method, Uri.UnescapeDataString(path), query.TrimStart('?'), code, agent, Page(referer, host), setsCookie);
    }

    // Without the shop's name, a page of any shop counts: a form's page and target are told by their paths.
    private static string? Page(string? referer, string? host) =>
        Uri.TryCreate(referer, UriKind.Absolute, out var page) && page.Scheme.StartsWith("http", StringComparison.OrdinalIgnoreCase)
            && (host is null or "-" || page.Host.Equals(host.Split(':')[0], StringComparison.OrdinalIgnoreCase))
            ? Uri.UnescapeDataString(page.AbsolutePath)
            : null;
}
