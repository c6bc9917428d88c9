using Xunit;

namespace Hub.Connectors.Testing.Specs;

/// <summary>Where the vendors' own descriptions are: the folder that <c>HUB_SPECS</c> names. They are no part of the repository.</summary>
public static class SpecFolder
{
    /// <summary>The file's path. Where it is not there the test is skipped, and says so.</summary>
    public static string Find(string file)
    {
        var folder = Environment.GetEnvironmentVariable("HUB_SPECS");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"HUB_SPECS is not set: nothing was held against {file}.");
        var path = Path.Combine(folder!, file);
        Assert.SkipUnless(File.Exists(path), $"{path} is not there: nothing was held against it.");
        return path;
    }
}
