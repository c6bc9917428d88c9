using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Versions;

/// <summary>What kind of program calls: the first product of its user agent without version, <c>curl</c>, <c>okhttp</c>; <c>browser</c> for all browsers.</summary>
internal static class AgentFamily
{
    private const int Longest = 32;

    public static string Of(StringValues userAgent)
    {
        if (userAgent is not [{ Length: > 0 } text])
        {
            return "(none)";
        }

        if (text.StartsWith("Mozilla/", StringComparison.Ordinal))
        {
            return "browser";
        }

        var end = 0;
        while (end < text.Length && end < Longest && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' or '.'))
        {
            end++;
        }

        return end == 0 ? "(unnamed)" : text[..end];
    }
}
