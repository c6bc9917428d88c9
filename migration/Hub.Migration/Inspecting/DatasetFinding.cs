using Hub.ChangeFeed.Sources;

namespace Hub.Migration.Inspecting;

/// <summary>Something that an inspection of a dataset's databases found.</summary>
/// <param name="Blocks">The dataset can't run as it is; otherwise a warning.</param>
/// <param name="Path">The value of the config that it is about: <c>Hub.Datasets.orders.Source</c>.</param>
/// <param name="What">What it is, without a full stop.</param>
/// <param name="Why">What it would lead to.</param>
/// <param name="Fix">What to do.</param>
public sealed record DatasetFinding(bool Blocks, string Path, string What, string Why, string Fix)
{
    /// <summary>A source's finding says what and why in one sentence.</summary>
    internal static DatasetFinding Of(SourceFinding finding, string path)
    {
        var (what, colon) = (finding.What.TrimEnd('.'), finding.What.IndexOf(": ", StringComparison.Ordinal));
        return colon > 0
            ? new(finding.Blocks, path, what[..colon], what[(colon + 2)..], finding.Do.TrimEnd('.'))
            : new(finding.Blocks, path, what, finding.Blocks ? "the dataset can't be captured as it is" : "it will not go as one thinks", finding.Do.TrimEnd('.'));
    }
}
