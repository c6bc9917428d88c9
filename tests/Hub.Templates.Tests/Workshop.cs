using System.Text.RegularExpressions;
using Hub.Running;

namespace Hub.Templates.Tests;

/// <summary>
/// A folder in which the commands of a page are run, as somebody would type them, by one shell. Nothing of it stays on the machine: templates, tools' settings and Hub's
/// packages are the folder's own; other packages are those that the build has already.
/// </summary>
public sealed partial class Workshop : IDisposable
{
    /// <summary>
    /// The page's commands as they stand, with three things added: packages are made of what CI has just built, templates go into the folder's own hive, and
    /// hub is the program beside the tests.
    /// </summary>
    private const string Shell = """
        set -euo pipefail
        dotnet() {
          case $1 in
            pack) command dotnet "$@" --no-build -c "$BUILT" ;;
            new) command dotnet "$@" --debug:custom-hive "$WORK/hive" ;;
            *) command dotnet "$@" ;;
          esac
        }
        hub() { command dotnet "$HUB" "$@"; }
        
        """;

    private readonly Dictionary<string, string> _variables;

    public Workshop()
    {
        Folder = Directory.CreateTempSubdirectory("hub-templates-").FullName;
        _variables = new Dictionary<string, string>
        {
            ["WORK"] = Folder,
            ["HUB"] = ChildProcess.HubAssembly,
            ["BUILT"] = new DirectoryInfo(AppContext.BaseDirectory).Name.Contains("release", StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug",
            ["DOTNET_CLI_HOME"] = Path.Combine(Folder, "home"),
            ["NUGET_PACKAGES"] = Path.Combine(Folder, "nuget"),
            ["NUGET_FALLBACK_PACKAGES"] = OthersPackages(),
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            // Build servers would outlive the test.
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "false",
        };
    }

    public string Folder { get; }

    /// <summary>The repository that the tests were built from.</summary>
    public static string Checkout { get; } = FindCheckout();

    public static string Read(string file) => File.ReadAllText(Path.Combine(Checkout, file));

    /// <summary>The blocks of a page that are marked <c>sh</c>, as one script.</summary>
    public static string CommandsOf(string page) => string.Join('\n', Commands().Matches(Read(page)).Select(block => block.Groups[1].Value));

    public string In(params string[] path) => Path.Combine([Folder, .. path]);

    /// <summary>Runs a script from the checkout.</summary>
    /// <returns>Its exit code and all that it printed.</returns>
    public async Task<(int ExitCode, string Output)> RunAsync(string script)
    {
        var file = In($"script-{Guid.NewGuid():N}.sh");
        await File.WriteAllTextAsync(file, $"{Shell}\ncd '{Checkout}'\n{script}");
        using var shell = ChildProcess.Program("bash", _variables, file);
        var exitCode = await shell.ExitsAsync();
        return (exitCode, shell.Output);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>What the build has downloaded already, by links; Hub's own are left out, for those are made anew under the same version.</summary>
    private string OthersPackages()
    {
        var from = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } told
            ? told
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var to = Directory.CreateDirectory(In("others")).FullName;
        foreach (var package in Directory.EnumerateDirectories(from).Where(package => !Path.GetFileName(package).StartsWith("hub.", StringComparison.OrdinalIgnoreCase)))
        {
            Directory.CreateSymbolicLink(Path.Combine(to, Path.GetFileName(package)), package);
        }

        return to;
    }

    private static string FindCheckout()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hub.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Hub.sln stands in no folder above the tests.");
        }

        return folder;
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Commands();
}
