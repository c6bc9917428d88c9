using System.ComponentModel.DataAnnotations;

namespace Hub.Migration.Config;

/// <summary>How a dataset's targets are verified by themselves: <c>Hub.Datasets.NAME.Verify</c>. It is on, and gentle, where nothing is said.</summary>
internal sealed class VerifyConfig
{
    /// <summary>The most rows of legacy that are read in a second; 0: none by itself, only where a person asks.</summary>
    /// <value>The default is 2,000.</value>
    [Range(0, 100_000_000)]
    public int RowsPerSecond { get; init; } = 2_000;

    /// <summary>How long after the beginning of one the next begins.</summary>
    /// <value>The default is 12 hours.</value>
    public TimeSpan Every { get; init; } = TimeSpan.FromHours(12);
}
