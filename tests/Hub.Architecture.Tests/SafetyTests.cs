using System.Text.RegularExpressions;

namespace Hub.Architecture.Tests;

/// <summary>docs/safety.md says where each promise is kept and which test fails without it: those must be there.</summary>
public sealed partial class SafetyTests
{
    [Fact]
    public void Safety_ItsFiles_Exist() =>
        Assert.All(Named(FileName()), file => Assert.True(File.Exists(Path.Combine(House.Root, "gateway", file)), $"gateway/{file} is not there"));

    [Fact]
    public void Safety_ItsTests_Exist()
    {
        var classes = Directory.EnumerateFiles(Path.Combine(House.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        Assert.All(Named(TestName()), test =>
        {
            var (name, method) = test.Split('.') is [var one, var two] ? (one, two) : (test, "");
            Assert.True(classes[name].Any(text => method.Length == 0 || text.Contains($" {method}(", StringComparison.Ordinal)), $"there is no test {test}");
        });
    }

    /// <summary>Rules 23 to 25 are about the ownership of writes, which does not move yet.</summary>
    [Fact]
    public void Safety_EachRule_HasATest()
    {
        var tested = Directory.EnumerateFiles(Path.Combine(House.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => RuleTrait().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet();
        Assert.Empty(Enumerable.Range(1, 22).Select(rule => $"{rule}").Append("boundary").Except(tested));
    }

    private static List<string> Named(Regex pattern)
    {
        var names = pattern.Matches(House.Read("docs/safety.md")).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.NotEmpty(names);
        return names;
    }

    [GeneratedRegex("""\[Trait\("Rule", "(\w+)"\)\]""")]
    private static partial Regex RuleTrait();

    [GeneratedRegex(@"`(Hub\.[^`]+\.cs)`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"`(\w+Tests(?:\.\w+)?)`")]
    private static partial Regex TestName();
}
