using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Hub.Architecture.Tests;

/// <summary>The checkout as files: what the tests of this project look at.</summary>
internal static class House
{
    public static string Root { get; } = FindRoot();

    /// <summary>Projects by name, with the projects that each refers to; what templates make is none of ours.</summary>
    public static SortedDictionary<string, string[]> Arrows()
    {
        var arrows = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var project in Files("*.csproj").Where(file => !Relative(file).StartsWith("templates/hub-", StringComparison.Ordinal)))
        {
            arrows.Add(
                Path.GetFileNameWithoutExtension(project),
                [.. XDocument.Load(project).Descendants("ProjectReference")
                    .Select(reference => Path.GetFileNameWithoutExtension(
                        reference.Attribute("Include")!.Value.Replace('\\', '/')))]);
        }

        return arrows;
    }

    /// <summary>Files of the checkout, build output left out.</summary>
    public static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
            .Where(file => !Regex.IsMatch(Relative(file), "(^|/)(artifacts|bin|obj|\\.git)/"));

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hub.sln")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("Hub.sln stands in no folder above the tests.");
        }

        return folder;
    }
}
