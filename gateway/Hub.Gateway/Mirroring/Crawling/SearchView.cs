using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Hub.Gateway.Mirroring.Comparing;

namespace Hub.Gateway.Mirroring.Crawling;

/// <summary>
/// What a search engine sees of an answer (SAFETY.md 19): status, redirect, title, canonical address, languages, robots and
/// structured data. Nothing else of the page matters to it.
/// </summary>
internal static class SearchView
{
    private static readonly HtmlParser Parser = new();

    private static readonly ComparisonRules NoRules = new();

    /// <summary>The mismatches of two answers, in words.</summary>
    public static List<Mismatch> Compare(Answer expected, Answer actual, string host)
    {
        var found = new List<Mismatch>();
        if (expected.Status == 0 || actual.Status == 0)
        {
            return AnswerComparer.Compare(expected, actual, NoRules, host);
        }

        var (said, says) = (Of(expected, host), Of(actual, host));
        foreach (var field in said.Keys.Union(says.Keys).Order(StringComparer.Ordinal))
        {
            var (one, other) = (said.GetValueOrDefault(field), says.GetValueOrDefault(field));
            if (one == other)
            {
                continue;
            }

            if (field == "structured data" && one is not null && other is not null)
            {
                new JsonComparer(NoRules, "structured data ", found).Compare(one, other);
            }
            else
            {
                found.Add(new Mismatch(field, true, Mismatch.Cut(one), Mismatch.Cut(other)));
            }
        }

        return found;
    }

    private static SortedDictionary<string, string> Of(Answer answer, string host)
    {
        var view = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["status"] = $"{answer.Status}" };
        Put("redirect", answer.Header("Location") is { } location ? AnswerComparer.Local(location, host) : null);
        Put("robots", answer.Header("X-Robots-Tag")?.ToLowerInvariant());
        if (answer.Status is < 200 or > 299 || !answer.MediaType.Contains("html", StringComparison.Ordinal)
            || answer.Text() is not { } text || HtmlComparer.IsTooDeep(text))
        {
            return view;
        }

        using var page = Parser.ParseDocument(text);
        Put("title", page.Title is { Length: > 0 } title ? Noise.Blanks(title) : null);
        Put("canonical", Href(page.QuerySelector("link[rel~=canonical]"), host));
        Put("hreflang", Join(page.QuerySelectorAll("link[rel~=alternate][hreflang]")
            .Select(link => $"{link.GetAttribute("hreflang")?.ToLowerInvariant()} {Href(link, host)}").Order(StringComparer.Ordinal)));
        Put("meta robots", Join(page.QuerySelectorAll("meta[name=robots i], meta[name=googlebot i]")
            .SelectMany(meta => (meta.GetAttribute("content") ?? "").ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries)).Order(StringComparer.Ordinal)));
        Put("description", page.QuerySelector("meta[name=description i]")?.GetAttribute("content") is { } description ? Noise.Blanks(description) : null);
        Put("structured data", StructuredData(page));
        return view;

        void Put(string field, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                view[field] = value;
            }
        }
    }

    // All of them as one list, in an order of their own: where in the page they stand says nothing.
    private static string? StructuredData(IDocument page)
    {
        var blocks = page.QuerySelectorAll("script[type='application/ld+json' i]").Select(script => Noise.Blanks(script.TextContent)).Order(StringComparer.Ordinal).ToList();
        return blocks.Count == 0 ? null : $"[{string.Join(',', blocks.Select(block => IsJson(block) ? block : JsonSerializer.Serialize(block)))}]";
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? Href(IElement? link, string host) => link?.GetAttribute("href") is { } href ? AnswerComparer.Local(href.Trim(), host) : null;

    private static string? Join(IEnumerable<string> values) => string.Join(", ", values.Distinct());
}
