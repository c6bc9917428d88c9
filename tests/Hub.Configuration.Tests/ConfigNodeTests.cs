using System.Text.Json;

namespace Hub.Configuration.Tests;

public sealed class ConfigNodeTests
{
    private const string File = """
        // a comment
        {
          "Hub": { /* another */
            "Groups": {
              "shop.front": { "Routes": [ "home",
                "cart" ], },
              "shop": { "Share": 1.50, "Live": true, "New": null }
            }
          }
        }
        """;

    [Theory]
    [InlineData("Hub", 3)]
    [InlineData("Hub.Groups", 4)]
    [InlineData("hub.groups.SHOP.share", 7)]
    [InlineData("Hub.Groups.shop.front.Routes[1]", 6)]
    public void Nearest_ExistingPath_HasItsLine(string path, int line)
    {
        var node = Read(File).Nearest(path);

        Assert.Equal((path, line), (node.Path, node.Line), (one, other) =>
            one.Item1.Equals(other.Item1, StringComparison.OrdinalIgnoreCase) && one.Item2 == other.Item2);
    }

    [Theory]
    [InlineData("Hub.Groups.shop.Routes[0]", "Hub.Groups.shop")]
    [InlineData("Hub.Groups.shops", "Hub.Groups")]
    [InlineData("Hub.Groups.shop.front.Routes[2]", "Hub.Groups.shop.front.Routes")]
    [InlineData("Hub.Groups.shop.Share.more", "Hub.Groups.shop.Share")]
    [InlineData("Other", "")]
    public void Nearest_MissingPath_IsTheNodeAboveIt(string path, string nearest) => Assert.Equal(nearest, Read(File).Nearest(path).Path);

    [Fact]
    public void Read_Values_KeepKindAndText()
    {
        var shop = Read(File).Nearest("Hub.Groups.shop");

        Assert.Equal(
            [("Share", JsonValueKind.Number, "1.50"), ("Live", JsonValueKind.True, "true"), ("New", JsonValueKind.Null, null)],
            shop.Children.Select(child => (child.Name, child.Node.Kind, child.Node.Text)));
    }

    [Fact]
    public void Read_LineEndsOfWindowsAndByteOrderMark_CountTheSameLines() =>
        Assert.Equal(7, Read($"\uFEFF{File.ReplaceLineEndings("\r\n")}").Nearest("Hub.Groups.shop").Line);

    [Fact]
    public void Read_NamesThatDifferInCaseOnly_AreToldAtTheSecond()
    {
        var problems = new List<ConfigProblem>();
        var root = ConfigNode.Read("""
            { "a": { "New": 1,
              "x": { "y": 1, "y": 2 },
              "new": 2 } }
            """, problems);

        Assert.Equal([("a.x.y", 2), ("a.new", 3)], problems.Select(problem => (problem.Path, problem.Line)));
        Assert.Equal("1", root!.Nearest("a.new").Text);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{\n \"a\": 1\n", 3)]
    [InlineData("{\n \"a\": \n}", 3)]
    [InlineData("{ }\n{ }", 2)]
    [InlineData("{\n\n \"a\": \"\\ud800\" }", 3)]
    public void Read_NotJson_SaysTheLine(string text, int line)
    {
        var problems = new List<ConfigProblem>();

        Assert.Null(ConfigNode.Read(text, problems));
        Assert.Equal(line, Assert.Single(problems).Line);
        Assert.DoesNotContain("LineNumber", problems[0].Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"Token\": tr0ub4dor }")]
    [InlineData("{ \"Token\": n0tnull }")]
    [InlineData("{ \"Token\": \"tr0ub4dor }")]
    public void Read_UnquotedSecret_IsNotEchoed(string text)
    {
        var problems = new List<ConfigProblem>();

        Assert.Null(ConfigNode.Read(text, problems));
        Assert.DoesNotContain("0", Assert.Single(problems).Why, StringComparison.Ordinal);
    }

    private static ConfigNode Read(string text)
    {
        var problems = new List<ConfigProblem>();
        var root = ConfigNode.Read(text, problems);
        Assert.Empty(problems);
        return root!;
    }
}
