using System.Text;

namespace Hub.Gateway.Tests.Boundary;

/// <summary>docs/boundary.md shows the tables that the tests go by.</summary>
public sealed class BoundaryDocsTests
{
    private const string Begin = "<!-- tables: begin -->\n", End = "<!-- tables: end -->";

    [Fact]
    [Trait("Rule", "boundary")]
    public void Docs_OfTheBoundary_ShowTheTablesOfTheTests()
    {
        var file = Path.Combine(Root(), "docs", "boundary.md");
        var text = File.ReadAllText(file);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("HUB_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, text[..begin] + Tables() + text[end..]);
            return;
        }

        Assert.True(
            text[begin..end] == Tables(),
            "docs/boundary.md and the tables of TargetTests and MalformedTests differ. Run this test with HUB_WRITE_DOCS=1 and look at what it wrote.");
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        text.Append("\n### Targets\n\n| target | what becomes of it | why |\n|---|---|---|\n");
        foreach (var (target, passes, why) in TargetTests.Table)
        {
            text.Append($"| {Code(target)} | {(passes ? "byte-exact" : "400")} | {why} |\n");
        }

        text.Append("\n### Requests over HTTP/1.1\n\n| request with | what becomes of it |\n|---|---|\n");
        foreach (var (what, _, passes) in MalformedTests.Http1)
        {
            text.Append($"| {what} | {Fate(passes, "refused")} |\n");
        }

        text.Append("\n### Requests over HTTP/2\n\n| request with | what becomes of it |\n|---|---|\n");
        foreach (var (what, _, _, passes) in MalformedTests.Http2)
        {
            text.Append($"| {what} | {Fate(passes, "refused")} |\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Fate(string? passes, string refused) => passes is null ? refused : $"canonical: the side gets {Code(passes.Trim())}";

    private static string Code(string text)
    {
        var shown = string.Concat(text.Select(c => c is >= ' ' and <= '~' ? $"{c}" : c == '\r' ? "␍" : c == '\n' ? "␊" : $"\\x{(int)c:x2}"));
        var fence = shown.Contains('`', StringComparison.Ordinal) ? "``" : "`";
        return $"{fence}{shown.Replace("|", "\\|", StringComparison.Ordinal)}{fence}";
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hub.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
