using Hub.Configuration;
using Hub.Migration.Inspecting;

namespace Hub.Cli.Checking;

/// <summary>Whether the databases that the datasets name are as the pipeline needs them.</summary>
internal static class DatasetCheck
{
    /// <param name="folder">Where relative paths of SQLite files start.</param>
    public static async Task<IEnumerable<Finding>> CheckAsync(ConfigNode root, string folder, CancellationToken cancellationToken) =>
        from finding in await DatasetInspection.RunAsync(root, folder, cancellationToken)
        select new Finding(
            finding.Blocks ? Severity.Error : Severity.Warning,
            new ConfigProblem(finding.Path, root.Nearest(finding.Path).Line, finding.What, finding.Why, finding.Fix));
}
