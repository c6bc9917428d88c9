namespace Hub.Processes;

/// <summary>
/// Carries out one kind of effect, at least once. One that can't be repeated without harm is begun durably before it is
/// run, so that after a crash in the middle its outcome is unknown rather than forgotten: it is looked up, and run again only when the
/// look-up finds nothing.
/// </summary>
/// <param name="Kind">The kind of <see cref="ProcessEffect"/> that it runs.</param>
/// <param name="Run">Does it.</param>
public sealed record EffectRunner(string Kind, Func<EffectCall, CancellationToken, Task<EffectOutcome>> Run)
{
    /// <summary>Finds out whether an effect of unknown outcome took place. Null: running it twice does no harm.</summary>
    public Func<EffectCall, CancellationToken, Task<EffectOutcome>>? LookUp { get; init; }

    /// <summary>True where a store that was lost may have run the effect: it is looked up before its first run.</summary>
    public Func<EffectCall, bool> MayHaveRun { get; init; } = _ => false;

    /// <summary>How long after a run without answer it may still take place: a look-up waits for that.</summary>
    public Func<TimeSpan> Window { get; init; } = () => TimeSpan.Zero;

    /// <summary>The message that tells the process that the effect was given up; null: it need not know.</summary>
    public required Func<EffectCall, string, bool, EffectReply?> GivenUp { get; init; }
}

/// <summary>An effect to be run.</summary>
/// <param name="Key">The key of the process that wants it.</param>
/// <param name="Attempt">From 1.</param>
public sealed record EffectCall(string Process, string Key, string Kind, string Body, int Attempt)
{
    /// <summary>The effect's id in its store: the same for each attempt.</summary>
    public long Seq { get; init; }
}

/// <summary>A message to the process that wanted the effect.</summary>
public sealed record EffectReply(string Kind, string Body);

/// <summary>What became of an effect.</summary>
public abstract record EffectOutcome
{
    private EffectOutcome()
    {
    }

    /// <summary>It need not be run again: it was done, refused, or not wanted.</summary>
    /// <param name="Said">Which of these, a word for the journal.</param>
    /// <param name="Reference">What the other system calls it.</param>
    public sealed record Finished(string Said, EffectReply? Reply, string? Reference = null, string? Detail = null) : EffectOutcome;

    /// <summary>Surely nothing happened: again, with back-off, not before <paramref name="After"/>.</summary>
    public sealed record Again(string Reason, TimeSpan? After = null) : EffectOutcome;

    /// <summary>It may have happened. Of an effect that may be repeated this means again; of another: look it up.</summary>
    public sealed record Unknown(string Reason) : EffectOutcome;

    /// <summary>Said by a look-up: it did not happen.</summary>
    public sealed record Absent : EffectOutcome;
}
