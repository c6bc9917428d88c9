namespace Hub.Placement.Config;

/// <summary>New must have been found to hold what legacy holds, row by row (SAFETY.md 20).</summary>
public sealed class ParityConfig
{
    /// <summary>How long ago the verification may have begun that found it so.</summary>
    /// <value>The default is 24 hours.</value>
    public TimeSpan Within { get; init; } = TimeSpan.FromHours(24);
}
