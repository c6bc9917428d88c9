namespace Hub.Placement.Config;

/// <summary>A run of steps that must stay on one side: checkout, log-in, a return (SAFETY.md 3).</summary>
public sealed class JourneyConfig
{
    /// <summary>Routes that begin it.</summary>
    public List<string> First { get; init; } = [];

    /// <summary>Routes in the middle of it.</summary>
    public List<string> Steps { get; init; } = [];

    /// <summary>Routes that end it.</summary>
    public List<string> Last { get; init; } = [];

    /// <summary>How long it may take.</summary>
    /// <value>The default is 2 hours.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(2);
}
