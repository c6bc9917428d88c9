using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Pages;

/// <summary>The language that a client likes best of those that there are (RFC 9110, section 12.5.4).</summary>
internal static class PageLanguage
{
    /// <summary>A browser names a handful; what a client writes after these is not read.</summary>
    private const int MostRead = 16;

    public static string Of(StringValues accepted, IEnumerable<string> languages, string otherwise)
    {
        var (best, weight, read) = (otherwise, 0.0, 0);
        foreach (var header in accepted)
        {
            foreach (var range in header.AsSpan().Split(','))
            {
                if (++read > MostRead)
                {
                    return best;
                }

                var (language, q) = Parse(header.AsSpan()[range]);
                if (q > weight && Find(languages, language) is { } known)
                {
                    (best, weight) = (known, q);
                }
            }
        }

        return best;
    }

    private static (string Language, double Weight) Parse(ReadOnlySpan<char> item)
    {
        var end = item.IndexOf(';');
        var language = (end < 0 ? item : item[..end]).Trim();
        var at = end < 0 ? -1 : item[end..].IndexOf("q=", StringComparison.OrdinalIgnoreCase);
        var weight = at < 0 ? 1.0
            : double.TryParse(item[(end + at + 2)..].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var q) ? q : 0;
        return (language.Length > 35 ? "" : language.ToString(), weight);
    }

    // "de-AT" is served by "de-AT", else by "de".
    private static string? Find(IEnumerable<string> languages, string wanted) =>
        languages.FirstOrDefault(language => language.Equals(wanted, StringComparison.OrdinalIgnoreCase))
        ?? (wanted.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash
            ? languages.FirstOrDefault(language => language.AsSpan().Equals(wanted.AsSpan(0, dash), StringComparison.OrdinalIgnoreCase))
            : null);
}
