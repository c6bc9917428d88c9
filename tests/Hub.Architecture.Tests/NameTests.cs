using System.Text.RegularExpressions;

namespace Hub.Architecture.Tests;

/// <summary>Names that say nothing, and things that a checkout must not hold.</summary>
public sealed partial class NameTests
{
    [Fact]
    public void Names_FoldersAndFiles_SayWhatTheyAre()
    {
        var bad = House.Files("*.cs").Select(House.Relative).Where(file => Meaningless().IsMatch(file));

        Assert.Empty(bad);
    }

    [Fact]
    public void Source_Swallowed_Nothing()
    {
        var swallowed = House.Files("*.cs")
            .Where(file => EmptyCatch().IsMatch(File.ReadAllText(file)))
            .Select(House.Relative);

        Assert.Empty(swallowed);
    }

    [Fact]
    public void Source_LeftToDo_Nothing()
    {
        var left = House.Files("*.cs")
            .Where(file => !House.Relative(file).StartsWith("tests/Hub.Architecture.Tests/", StringComparison.Ordinal))
            .Where(file => LeftToDo().IsMatch(File.ReadAllText(file)))
            .Select(House.Relative);

        Assert.Empty(left);
    }

    [GeneratedRegex(@"(^|/)(Common|Utils?|Helpers?|Shared|Core|Infrastructure|Misc)(/|\.cs)|(Manager|(?<!Hosted)Service|Helper|Utils?)\.cs$")]
    private static partial Regex Meaningless();

    [GeneratedRegex(@"catch\s*(\([^)]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex LeftToDo();
}
