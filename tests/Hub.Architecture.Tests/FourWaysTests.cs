using System.Text.RegularExpressions;

namespace Hub.Architecture.Tests;

/// <summary>
/// docs/concepts.md lists the files of the four ways (request, change, order, flip) in the order in which they are passed;
/// a reader opens each once. Here: they exist, and each knows the next one or is known by it. A side step (indented)
/// knows its step or the side step before it.
/// </summary>
public sealed partial class FourWaysTests
{
    public static TheoryData<string> Ways => [.. Sections().Keys];

    [Fact]
    public void Concepts_Ways_AreFour() => Assert.Equal(4, Sections().Count);

    [Theory]
    [MemberData(nameof(Ways))]
    public void Way_ItsFiles_Exist(string way) =>
        Assert.All(Sections()[way], step => Assert.True(
            File.Exists(Path.Combine(House.Root, step.File)), $"{step.File} is not there"));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Way_EachFile_KnowsTheNextOrIsKnownByIt(string way)
    {
        var (step, before) = (default(string), default(string));
        var strangers = new List<string>();
        foreach (var (file, aside) in Sections()[way])
        {
            if (step is not null && !Acquainted(step, file) && !(aside && Acquainted(before!, file)))
            {
                strangers.Add($"{file} and {step} stand beside each other and neither names a type of the other");
            }

            (step, before) = (aside ? step : file, file);
        }

        Assert.Empty(strangers);
    }

    private static Dictionary<string, (string File, bool Aside)[]> Sections() =>
        WaySection().Matches(House.Read("docs/concepts.md")).ToDictionary(
            section => section.Groups["name"].Value,
            section => FileName().Matches(section.Groups["text"].Value)
                .Select(file => (file.Groups[2].Value, file.Groups[1].Value.StartsWith(' '))).ToArray());

    private static bool Acquainted(string file, string other) => Knows(file, other) || Knows(other, file);

    private static bool Knows(string file, string other)
    {
        var text = House.Read(file);
        return Declared().Matches(House.Read(other))
            .Select(declared => declared.Groups[1].Length > 0 ? declared.Groups[1].Value : declared.Groups[2].Value)
            .Any(type => Regex.IsMatch(text, $@"\b{type}\b"));
    }

    [GeneratedRegex(@"^### Way \d: (?<name>[^\n]+)\n(?<text>.*?)(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex WaySection();

    [GeneratedRegex(@"^(\d+\.|   -) `([^`]+\.cs)`", RegexOptions.Multiline)]
    private static partial Regex FileName();

    // Types, and extension methods (whose class nobody names).
    [GeneratedRegex(@"\b(?:class|record(?: struct)?|struct|interface|enum)\s+([A-Z]\w+)|public static \w[\w<>?,\. ]*\s([A-Z]\w+)\(\s*this ")]
    private static partial Regex Declared();
}
