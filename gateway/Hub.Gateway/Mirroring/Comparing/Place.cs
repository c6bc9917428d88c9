using System.Text.RegularExpressions;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;

namespace Hub.Gateway.Mirroring.Comparing;

/// <summary>A place of an answer, as rules name it; see <see cref="Placement.Config.MirrorConfig"/> for how it is written.</summary>
/// <param name="Text">As it stands in the file.</param>
/// <param name="Selector">Of HTML.</param>
/// <param name="Attribute">Of what the selector finds; null: the element.</param>
/// <param name="Path">Of JSON: names, <c>*</c> for each item of a list, and an empty one for any number of steps.</param>
internal sealed record Place(string Text, ISelector? Selector = null, string? Attribute = null, IReadOnlyList<string>? Path = null, string? Header = null, Regex? Pattern = null)
{
    private static readonly CssSelectorParser Selectors = new();

    /// <summary>Reads a rule; null where it is none, and then <paramref name="why"/> says why.</summary>
    public static Place? Read(string text, out string why)
    {
        why = "";
        if (text.StartsWith("header ", StringComparison.OrdinalIgnoreCase))
        {
            return new Place(text, Header: text["header ".Length..].Trim());
        }

        if (text is ['/', .., '/'] && text.Length > 2)
        {
            try
            {
                // Without backtracking: a rule must not be able to stop a plane.
                return new Place(text, Pattern: new Regex(text[1..^1], RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                why = e.Message;
                return null;
            }
        }

        if (text.StartsWith('$'))
        {
            return ReadPath(text, out why) is { } path ? new Place(text, Path: path) : null;
        }

        var at = text.LastIndexOf('@');
        var selector = (at < 0 ? text : text[..at]).Trim();
        if (Selectors.ParseSelector(selector) is not { } parsed)
        {
            why = $"'{selector}' is no CSS selector";
            return null;
        }

        return new Place(text, parsed, at < 0 ? null : text[(at + 1)..].Trim());
    }

    /// <summary>Whether the place is what <paramref name="path"/> leads to, or above it.</summary>
    /// <param name="whole">Only what it leads to.</param>
    public bool Holds(IReadOnlyList<string> path, bool whole = false) => Path is not null && Holds(Path, 0, path, 0, whole);

    private static bool Holds(IReadOnlyList<string> rule, int at, IReadOnlyList<string> path, int step, bool whole)
    {
        for (; at < rule.Count; at++, step++)
        {
            if (rule[at].Length == 0)
            {
                for (var from = step; from < path.Count; from++)
                {
                    if (Holds(rule, at + 1, path, from, whole))
                    {
                        return true;
                    }
                }

                return false;
            }

            if (step >= path.Count || !rule[at].Equals(path[step], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return !whole || step == path.Count;
    }

    private static List<string>? ReadPath(string text, out string why)
    {
        var steps = new List<string>();
        why = "a JSON path is written $.name, $.list[*].name or $..name";
        for (var i = 1; i < text.Length;)
        {
            if (text.AsSpan(i).StartsWith("[*]"))
            {
                steps.Add("*");
                i += 3;
                continue;
            }

            if (text[i] != '.')
            {
                return null;
            }

            if (i + 1 < text.Length && text[i + 1] == '.')
            {
                // Two of them would try each pair of steps.
                if (steps.Contains(""))
                {
                    return null;
                }

                steps.Add("");
                i++;
            }

            var end = text.AsSpan(i + 1).IndexOfAny('.', '[') is var found and >= 0 ? i + 1 + found : text.Length;
            if (end == i + 1)
            {
                return null;
            }

            steps.Add(text[(i + 1)..end]);
            i = end;
        }

        return steps;
    }
}
