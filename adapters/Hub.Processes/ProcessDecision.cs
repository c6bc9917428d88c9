using System.Collections.Immutable;

namespace Hub.Processes;

/// <summary>What follows from a message; all of it is committed together, or none.</summary>
/// <param name="State">The process's state after it, JSON.</param>
/// <param name="Status">Where it stands, a word for people.</param>
/// <param name="Reason">Why it stands there, if that needs saying.</param>
/// <param name="Note">A sentence for the journal.</param>
/// <param name="Effects">What is to be done outside.</param>
/// <param name="Deferred">Messages to itself, later: time-outs.</param>
public sealed record ProcessDecision(
    string State,
    string Status,
    string? Reason,
    string Note,
    ImmutableArray<ProcessEffect> Effects,
    ImmutableArray<DeferredMessage> Deferred);

/// <summary>Something to be done outside, by the <see cref="EffectRunner"/> of its kind.</summary>
/// <param name="Body">JSON.</param>
public sealed record ProcessEffect(string Kind, string Body)
{
    /// <summary>
    /// Effects of one lane run a few at a time, so that a vendor that hangs holds up no other: where one kind goes to several vendors,
    /// a lane for each.
    /// </summary>
    /// <value>The default is the kind.</value>
    public string Lane { get; init; } = Kind;
}

/// <summary>A message to the process itself, not before <paramref name="After"/> has passed.</summary>
public sealed record DeferredMessage(string Kind, string Body, TimeSpan After);
