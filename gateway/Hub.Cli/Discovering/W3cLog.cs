using Hub.Gateway.Discovering;

namespace Hub.Cli.Discovering;

/// <summary>W3C extended logs: IIS's, and CloudFront's with tabs; <c>#Fields:</c> says what stands where, and may change on the way.</summary>
internal sealed class W3cLog : LogFormat
{
    private static readonly char[] Gaps = [' ', '\t'];

    private string[] _fields = [];

    public override string Name => "W3C (IIS, CloudFront)";

    public override bool TryRead(string line, out Sighting? sighting)
    {
        sighting = null;
        if (line.StartsWith('#'))
        {
            if (line.StartsWith("#Fields:", StringComparison.OrdinalIgnoreCase))
            {
                _fields = line["#Fields:".Length..].Split(Gaps, StringSplitOptions.RemoveEmptyEntries);
            }

            return true;
        }

        var values = line.Split(line.Contains('\t', StringComparison.Ordinal) ? '\t' : ' ');
        if (values.Length != _fields.Length)
        {
            return false;
        }

        sighting = Make(
            Of("cs-method"), Of("cs-uri-stem"), Of("cs-uri-query"), Of("sc-status"), Decoded(Of("cs(User-Agent)")), Decoded(Of("cs(Referer)")),
            Of("x-host-header") ?? Of("cs-host") ?? Of("cs(Host)"), setsCookie: Of("sc(Set-Cookie)") is { Length: > 1 });
        return sighting is not null;

        string? Of(string name) => Array.FindIndex(_fields, field => field.Equals(name, StringComparison.OrdinalIgnoreCase)) is var place and >= 0
            ? values[place]
            : null;
    }

    // IIS writes blanks as +, CloudFront percent-encodes.
    private static string? Decoded(string? text) => text is null or "-" ? null : Uri.UnescapeDataString(text.Replace('+', ' '));
}
