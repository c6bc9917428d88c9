using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Hub.Gateway.Mirroring.Comparing;

/// <summary>
/// Compares pages as trees: the order of attributes and classes, blanks and comments mean nothing; children that one side
/// has more are found, so that one banner does not make a whole page differ.
/// </summary>
internal sealed class HtmlComparer(ComparisonRules rules, List<Mismatch> found)
{
    /// <summary>Longer lists of children are compared by their places only: finding the best match takes their product.</summary>
    private const int MostMatched = 400;

    private const int MostDepth = 200;

    /// <summary>Deeper ones are no page that a browser is meant for; a tree of them is gone through by recursion.</summary>
    private const int MostNested = 1_000;

    private static readonly string[] VoidTags = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

    private static readonly HtmlParser Parser = new();

    public void Compare(string expected, string actual)
    {
        if (IsTooDeep(expected) || IsTooDeep(actual))
        {
            if (!TextRules.Agree(expected, actual, rules))
            {
                Add("body", strict: false, "a page nested too deep to be compared as a tree", "another text");
            }

            return;
        }

        using var one = Parser.ParseDocument(expected);
        using var other = Parser.ParseDocument(actual);

        // 1. Money, stock and status, as they stand; then they are done.
        foreach (var place in rules.Strict)
        {
            CompareStrictly(place, one, other);
        }

        // 2. What may differ goes.
        foreach (var place in rules.Ignore)
        {
            Remove(place, one);
            Remove(place, other);
        }

        // 3. All the rest.
        if (one.DocumentElement is { } root && other.DocumentElement is { } otherRoot)
        {
            Compare(root, otherRoot, 0);
        }
    }

    /// <summary>Whether more elements may stand in each other than anybody means; elements that need no end tag count where they have none.</summary>
    public static bool IsTooDeep(string page)
    {
        var depth = 0;
        for (var at = page.IndexOf('<', StringComparison.Ordinal); at >= 0 && at + 1 < page.Length; at = page.IndexOf('<', at + 1))
        {
            depth += page[at + 1] == '/' ? -1 : char.IsAsciiLetter(page[at + 1]) && !IsVoid(page.AsSpan(at + 1)) ? 1 : 0;
            if (depth > MostNested)
            {
                return true;
            }

            // End tags of what was never begun close nothing.
            depth = Math.Max(depth, 0);
        }

        return false;
    }

    private static bool IsVoid(ReadOnlySpan<char> tag)
    {
        foreach (var name in VoidTags)
        {
            if (tag.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (tag.Length == name.Length || !char.IsAsciiLetterOrDigit(tag[name.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private void CompareStrictly(Place place, IDocument one, IDocument other)
    {
        if (place.Selector is not { } selector)
        {
            return;
        }

        var (expected, actual) = (Find(one, selector), Find(other, selector));
        if (expected.Count != actual.Count)
        {
            Add(place.Text, strict: true, $"{expected.Count} times", $"{actual.Count} times");
        }

        for (var i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            var (said, says) = (Value(expected[i], place), Value(actual[i], place));
            if (said != says)
            {
                Add(place.Text, strict: true, said, says);
            }
        }

        Remove(place, one);
        Remove(place, other);
    }

    private static string? Value(IElement element, Place place) =>
        place.Attribute is { } attribute ? element.GetAttribute(attribute) : Noise.Blanks(element.TextContent);

    private static void Remove(Place place, IDocument page)
    {
        if (place.Selector is not { } selector)
        {
            return;
        }

        foreach (var element in Find(page, selector))
        {
            if (place.Attribute is { } attribute)
            {
                element.RemoveAttribute(attribute);
            }
            else
            {
                element.Remove();
            }
        }
    }

    private static List<IElement> Find(IDocument page, AngleSharp.Css.Dom.ISelector selector) =>
        [.. page.All.Where(element => selector.Match(element, null))];

    private void Compare(IElement expected, IElement actual, int depth)
    {
        if (found.Count >= Mismatch.Most || depth > MostDepth)
        {
            return;
        }

        CompareAttributes(expected, actual);
        if (expected.LocalName == "script" && IsJson(expected) && IsJson(actual))
        {
            new JsonComparer(rules, $"{HtmlField.Of(expected)} ", found).Compare(expected.TextContent, actual.TextContent);
            return;
        }

        var (one, other) = (Children(expected), Children(actual));
        foreach (var (left, right) in Align(one, other))
        {
            if (found.Count >= Mismatch.Most)
            {
                return;
            }

            switch (left, right)
            {
                case (IElement a, IElement b) when a.LocalName == b.LocalName:
                    Compare(a, b, depth + 1);
                    break;
                case (IText a, IText b):
                    if (!TextRules.Agree(a.Data, b.Data, rules))
                    {
                        Add(HtmlField.Of(expected), strict: false, Noise.Blanks(a.Data), Noise.Blanks(b.Data));
                    }

                    break;
                default:
                    Add(HtmlField.Of(left as IElement ?? right as IElement ?? expected), strict: false, Word(left), Word(right));
                    break;
            }
        }
    }

    private void CompareAttributes(IElement expected, IElement actual)
    {
        foreach (var name in expected.Attributes.Concat(actual.Attributes).Select(attribute => attribute.Name).Distinct(StringComparer.Ordinal))
        {
            var (said, says) = (expected.GetAttribute(name), actual.GetAttribute(name));
            if (said == says || name is "nonce" or "integrity" || Noise.IsToken(name) || IsTokenField(expected, name))
            {
                continue;
            }

            if (said is null || says is null || (name == "class" ? !SameWords(said, says) : !TextRules.Agree(said, says, rules)))
            {
                Add($"{HtmlField.Of(expected)} @{(name.Length > 64 ? name[..64] : name)}", strict: false, said, says);
            }
        }
    }

    // <input type=hidden name=__token value=…>, <meta name=csrf-token content=…>.
    private static bool IsTokenField(IElement element, string attribute) =>
        attribute is "value" or "content"
        && element.LocalName is "input" or "meta"
        && (element.GetAttribute("name") ?? element.GetAttribute("property")) is { } name && Noise.IsToken(name);

    private static bool SameWords(string said, string says) =>
        said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal)
            .SetEquals(says.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static bool IsJson(IElement script) => script.GetAttribute("type") is { } type && type.Contains("json", StringComparison.OrdinalIgnoreCase);

    private static List<INode> Children(IElement element) =>
        [.. element.ChildNodes.Where(child => child is IElement || (child is IText text && !string.IsNullOrWhiteSpace(text.Data)))];

    // Same kinds in the same order need no search. Else the longest common run of kinds stands; what is left over on both
    // sides at one place is a pair too, where it is of one kind.
    private static IEnumerable<(INode? Expected, INode? Actual)> Align(List<INode> one, List<INode> other)
    {
        if (one.Count == other.Count && one.Zip(other).All(pair => Kind(pair.First) == Kind(pair.Second)))
        {
            return one.Zip(other).Select(pair => ((INode?)pair.First, (INode?)pair.Second));
        }

        return one.Count > MostMatched || other.Count > MostMatched ? ByPlace(one, other) : ByKind(one, other);
    }

    private static IEnumerable<(INode?, INode?)> ByPlace(List<INode> one, List<INode> other) =>
        Enumerable.Range(0, Math.Max(one.Count, other.Count)).Select(i => (one.ElementAtOrDefault(i), other.ElementAtOrDefault(i)));

    private static List<(INode?, INode?)> ByKind(List<INode> one, List<INode> other)
    {
        var (kinds, others) = (one.ConvertAll(Kind), other.ConvertAll(Kind));
        var common = new int[one.Count + 1, other.Count + 1];
        for (var i = one.Count - 1; i >= 0; i--)
        {
            for (var j = other.Count - 1; j >= 0; j--)
            {
                common[i, j] = kinds[i] == others[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var pairs = new List<(INode?, INode?)>();
        var (a, b) = (0, 0);
        while (a < one.Count || b < other.Count)
        {
            if (a < one.Count && b < other.Count && kinds[a] == others[b])
            {
                pairs.Add((one[a++], other[b++]));
            }
            else if (b >= other.Count || (a < one.Count && common[a + 1, b] >= common[a, b + 1]))
            {
                pairs.Add((one[a++], null));
            }
            else
            {
                pairs.Add((null, other[b++]));
            }
        }

        return pairs;
    }

    private static string Kind(INode node) => node is IElement element ? HtmlField.Name(element) : "#text";

    private static string? Word(INode? node) => node switch
    {
        null => null,
        IElement element => $"<{HtmlField.Name(element)}> {Noise.Blanks(element.TextContent)}",
        _ => Noise.Blanks(node.TextContent),
    };

    private void Add(string field, bool strict, string? expected, string? actual) =>
        Mismatch.Add(found, new Mismatch(field, strict, Mismatch.Cut(expected), Mismatch.Cut(actual)));
}
