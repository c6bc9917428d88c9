using System.Text.RegularExpressions;

namespace Hub.Gateway.Mirroring.Comparing;

/// <summary>
/// What differs at each request and means nothing (SAFETY.md 18): times of day with their date, tokens, nonces, generated
/// ids. Texts that differ in nothing else agree. A date without a time is no noise: a delivery date may be wrong.
/// </summary>
internal static partial class Noise
{
    /// <summary>Names of fields, attributes and parameters whose value is a token.</summary>
    public static bool IsToken(string name) => TokenName().IsMatch(name);

    /// <summary>The text with blanks made one and noise made the same.</summary>
    public static string Without(string text)
    {
        text = Time().Replace(text, "⟨time⟩");
        text = HttpTime().Replace(text, "⟨time⟩");
        text = Parameter().Replace(text, parameter => IsToken(parameter.Groups["name"].Value) ? $"{parameter.Groups["name"].Value}=⟨token⟩" : parameter.Value);
        text = Guid().Replace(text, "⟨id⟩");
        return Word().Replace(text, word => IsRandom(word.ValueSpan) ? "⟨token⟩" : word.Value);
    }

    /// <summary>Blanks made one, none at the ends.</summary>
    public static string Blanks(string text) => Blank().Replace(text, " ").Trim();

    // Long, and digits among letters: hexadecimal ones are of one case; of others both cases have to be there.
    private static bool IsRandom(ReadOnlySpan<char> word)
    {
        var (digits, upper, lower, hex) = (0, 0, 0, true);
        foreach (var c in word)
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            upper += char.IsAsciiLetterUpper(c) ? 1 : 0;
            lower += char.IsAsciiLetterLower(c) ? 1 : 0;
            hex &= char.IsAsciiHexDigit(c);
        }

        return digits >= 2 && (hex ? upper + lower >= 2 : word.Length >= 20 && upper >= 2 && lower >= 2);
    }

    [GeneratedRegex(@"token|csrf|xsrf|nonce|viewstate|session|^_$|signature|cachebust", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TokenName();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?( ?(Z|[+-]\d\d:?\d\d))?")]
    private static partial Regex Time();

    [GeneratedRegex(@"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d( GMT)?")]
    private static partial Regex HttpTime();

    [GeneratedRegex("(?<name>[A-Za-z0-9_.-]{1,64})=[^&;\"'<> \\t\\r\\n]+")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")]
    private static partial Regex Guid();

    [GeneratedRegex(@"[A-Za-z0-9_+=]{16,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
