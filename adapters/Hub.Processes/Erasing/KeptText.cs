namespace Hub.Processes.Erasing;

/// <summary>A text that is kept of a process.</summary>
/// <param name="Kind">Of what message, effect or step; empty for the process itself.</param>
public sealed record KeptText(KeptIn In, string Kind, string Text);

/// <summary>Where a text is kept.</summary>
public enum KeptIn
{
    /// <summary>The process's state, JSON.</summary>
    State,

    /// <summary>Why it stands where it stands.</summary>
    Reason,

    /// <summary>A message's body.</summary>
    Message,

    /// <summary>An effect's body.</summary>
    Effect,

    /// <summary>Why an effect did not succeed last.</summary>
    Error,

    /// <summary>A sentence of the journal.</summary>
    Detail,

    /// <summary>What the other system calls it, in the journal.</summary>
    Reference,

    /// <summary>A dead letter's body.</summary>
    DeadLetter,

    /// <summary>A dead letter's reason.</summary>
    DeadLetterReason,
}

/// <summary>Which process.</summary>
public sealed record ProcessKey(string Process, string Key);

/// <summary>Asks for processes that came to their end, and for keys that never came further than a dead letter; not for those that were rewritten.</summary>
/// <param name="Prefix">What the keys begin with; empty: any.</param>
/// <param name="Statuses">Where processes stand that came to their end.</param>
/// <param name="Before">They have stood there since before.</param>
/// <param name="After">The last key of the page before; empty for the first.</param>
public sealed record EndedQuery(string Process, string Prefix, IReadOnlyList<string> Statuses, DateTimeOffset Before, string After = "", int Take = 200);
