namespace Hub.Control;

/// <summary>What control must know to stand.</summary>
public sealed class ControlOptions
{
    /// <summary>Control's own folder, <c>DATA/control</c>: the store, the first tokens.</summary>
    public required string Folder { get; init; }

    /// <summary>A config file to apply at the start and whenever it changes; a wrong one leaves the last good one in force.</summary>
    /// <value>The default is none: documents come by <c>hub apply</c> only.</value>
    public string? DocumentFile { get; init; }

    /// <summary>How long <c>Wait</c> waits for planes that are live and do not take the revision.</summary>
    /// <value>The default is 15 seconds.</value>
    public TimeSpan WaitAtMost { get; init; } = TimeSpan.FromSeconds(15);
}
