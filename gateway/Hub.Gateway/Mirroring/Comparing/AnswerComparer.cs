using Microsoft.Net.Http.Headers;

namespace Hub.Gateway.Mirroring.Comparing;

/// <summary>
/// Compares two answers to one request (SAFETY.md 18): status, the headers that are named, and the body by its kind. What
/// is left after the rules of noise is a mismatch.
/// </summary>
internal static class AnswerComparer
{
    /// <param name="expected">The answering side's.</param>
    /// <param name="actual">The other side's.</param>
    /// <param name="host">The host that was asked for; an absolute Location of it says the same as a path.</param>
    public static List<Mismatch> Compare(Answer expected, Answer actual, ComparisonRules rules, string host)
    {
        var found = new List<Mismatch>();
        if (actual.Status == 0 || expected.Status == 0)
        {
            found.Add(new Mismatch("answer", false, Said(expected), Said(actual)));
            return found;
        }

        if (expected.Status != actual.Status)
        {
            found.Add(new Mismatch("status", true, $"{expected.Status}", $"{actual.Status}"));
        }

        foreach (var name in rules.Headers.Where(name => !rules.Ignore.Any(place => name.Equals(place.Header, StringComparison.OrdinalIgnoreCase))))
        {
            CompareHeader(name, expected, actual, rules, host, found);
        }

        // Pages of errors are each side's own; that both say the same is enough.
        if (expected.Status == actual.Status && expected.Status < 400 && expected.MediaType == actual.MediaType)
        {
            CompareBodies(expected, actual, rules, found);
        }

        return found;
    }

    /// <summary>Path and query of an address at <paramref name="host"/>; another one as it is.</summary>
    public static string Local(string address, string host) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && (uri.Authority.Equals(host, StringComparison.OrdinalIgnoreCase) || uri.Host.Equals(host, StringComparison.OrdinalIgnoreCase))
            ? uri.PathAndQuery + uri.Fragment
            : address;

    private static string Said(Answer answer) =>
        answer.Status == 0 ? $"none: {System.Text.Encoding.UTF8.GetString(answer.Body)}" : $"status {answer.Status}";

    private static void CompareHeader(string name, Answer expected, Answer actual, ComparisonRules rules, string host, List<Mismatch> found)
    {
        var (said, says) = (Normal(name, expected.Header(name), host), Normal(name, actual.Header(name), host));
        var strict = rules.Strict.Any(place => name.Equals(place.Header, StringComparison.OrdinalIgnoreCase));
        if (said != says && (strict || said is null || says is null || !TextRules.Agree(said, says, rules)))
        {
            found.Add(new Mismatch($"header {name}", strict, Mismatch.Cut(said), Mismatch.Cut(says)));
        }
    }

    private static string? Normal(string name, string? value, string host)
    {
        if (value is null)
        {
            return null;
        }

        if (name.Equals(HeaderNames.Location, StringComparison.OrdinalIgnoreCase))
        {
            return Local(value, host);
        }

        if (name.Equals(HeaderNames.SetCookie, StringComparison.OrdinalIgnoreCase))
        {
            return Cookies(value);
        }

        return name.Equals(HeaderNames.CacheControl, StringComparison.OrdinalIgnoreCase) || name.Equals(HeaderNames.Vary, StringComparison.OrdinalIgnoreCase)
            || name.Equals(HeaderNames.ContentType, StringComparison.OrdinalIgnoreCase)
            ? string.Join(", ", value.ToLowerInvariant().Replace("\"", "", StringComparison.Ordinal)
                .Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal))
            : value.Trim();
    }

    // Names and how they are kept; values and times of expiry are each answer's own.
    private static string Cookies(string value) => string.Join(", ", SetCookieHeaderValue.TryParseList([value], out var cookies)
        ? cookies.Select(cookie => $"{cookie.Name}; path={cookie.Path}; secure={cookie.Secure}; httponly={cookie.HttpOnly}; samesite={cookie.SameSite}").Order(StringComparer.Ordinal)
        : [value]);

    private static void CompareBodies(Answer expected, Answer actual, ComparisonRules rules, List<Mismatch> found)
    {
        var type = expected.MediaType;
        var isText = type.StartsWith("text/", StringComparison.Ordinal) || type.Contains("json", StringComparison.Ordinal)
            || type.Contains("xml", StringComparison.Ordinal) || type.Contains("javascript", StringComparison.Ordinal);
        if (!isText)
        {
            if (expected.Unfold() is { } bytes && actual.Unfold() is { } others && !bytes.AsSpan().SequenceEqual(others))
            {
                found.Add(new Mismatch("body", false, $"{bytes.Length} bytes", $"{others.Length} other bytes"));
            }

            return;
        }

        if (expected.Text() is not { } said || actual.Text() is not { } says || said == says)
        {
            return;
        }

        if (type.Contains("json", StringComparison.Ordinal))
        {
            new JsonComparer(rules, "", found).Compare(said, says);
        }
        else if (type.Contains("html", StringComparison.Ordinal))
        {
            new HtmlComparer(rules, found).Compare(said, says);
        }
        else if (!TextRules.Agree(said, says, rules))
        {
            found.Add(new Mismatch("body", false, Mismatch.Cut(said), Mismatch.Cut(says)));
        }
    }
}
