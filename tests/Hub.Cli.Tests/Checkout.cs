namespace Hub.Cli.Tests;

/// <summary>The repository that the tests were built from, and the specifications beside it.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string File(string path) => Path.Combine(Root, path);

    public static Task<string> ReadAsync(string path) => System.IO.File.ReadAllTextAsync(File(path), TestContext.Current.CancellationToken);

    /// <summary>A file of the specifications that <c>HUB_SPECS</c> names; by default they stand beside the checkout.</summary>
    public static string Spec(string path)
    {
        var folder = Environment.GetEnvironmentVariable("HUB_SPECS") is { Length: > 0 } told ? told : Path.GetFullPath(Path.Combine(Root, "..", "shared", "specs"));
        var file = Path.Combine(folder, path);
        if (!System.IO.File.Exists(file))
        {
            var message = $"there is no {file}: HUB_SPECS names the folder of the specifications.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(message);
            }

            Assert.Skip(message);
        }

        return file;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "Hub.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
