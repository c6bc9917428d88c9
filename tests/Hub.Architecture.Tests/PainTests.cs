using System.Text.RegularExpressions;

namespace Hub.Architecture.Tests;

/// <summary>What users of such pipelines report elsewhere: docs/testing.md names each with the tests that carry its name.</summary>
public sealed partial class PainTests
{
    [Fact]
    public void Pains_EachInTheDocs_HasTheTestsThatItNames()
    {
        var tested = Directory.EnumerateFiles(Path.Combine(House.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Marked().Matches(File.ReadAllText(file)).SelectMany(
                test => Pain().Matches(test.Value).Select(pain => $"{pain.Groups[1].Value}: {Path.GetFileNameWithoutExtension(file)}.{test.Groups[1].Value}")))
            .Order(StringComparer.Ordinal).ToList();
        var told = Row().Matches(House.Read("docs/testing.md"))
            .SelectMany(row => Test().Matches(row.Groups[2].Value).Select(test => $"{row.Groups[1].Value}: {test.Groups[1].Value}"))
            .Order(StringComparer.Ordinal).ToList();

        Assert.Equal(tested, told);
        Assert.True(told.Select(test => test.Split(':')[0]).Distinct().Count() >= 20, "Not all rows of the tables were read.");
    }

    [GeneratedRegex("""(?:^    \[[^\n]*\]\n)*^    \[Trait\("Pain", "\w+"\)\]\n(?:^    \[[^\n]*\]\n)*^    public (?:async )?(?:Task|void) (\w+)""", RegexOptions.Multiline)]
    private static partial Regex Marked();

    [GeneratedRegex("""Trait\("Pain", "(\w+)"\)""")]
    private static partial Regex Pain();

    [GeneratedRegex(@"^\| [^|]+ \| `Pain=(\w+)` \| ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+\.\w+)`")]
    private static partial Regex Test();
}
