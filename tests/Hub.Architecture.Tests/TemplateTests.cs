using System.Xml.Linq;

namespace Hub.Architecture.Tests;

/// <summary>What templates make names versions that the repository has elsewhere: both must be the same, or the page would fail at whoever follows it.</summary>
public sealed class TemplateTests
{
    public static TheoryData<string> Projects =>
        [.. House.Files("*.csproj").Select(House.Relative).Where(file => file.StartsWith("templates/hub-", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Template_ItsPackages_HaveTheVersionsOfTheRepository(string project)
    {
        var own = XDocument.Parse(House.Read("Directory.Build.props")).Descendants("Version").Single().Value;
        var central = XDocument.Parse(House.Read("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);

        Assert.All(XDocument.Parse(House.Read(project)).Descendants("PackageReference"), package =>
        {
            var name = package.Attribute("Include")!.Value;
            Assert.Equal(name.StartsWith("Hub.", StringComparison.Ordinal) ? own : central[name], package.Attribute("Version")!.Value);
        });
    }

    [Theory]
    [InlineData("docs/connectors/write-one.md")]
    [InlineData("docs/services.md")]
    public void Page_ItInstalls_TheTemplatesOfThisVersion(string page)
    {
        var own = XDocument.Parse(House.Read("Directory.Build.props")).Descendants("Version").Single().Value;

        Assert.Contains($"Hub.Templates.{own}.nupkg", House.Read(page), StringComparison.Ordinal);
    }
}
