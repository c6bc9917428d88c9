using System.Collections.Immutable;

namespace Hub.Processes;

/// <summary>A message that was handled, and what went wrong, if anything did.</summary>
public sealed record HandledMessage(ProcessMessage Message, Exception? Error);

/// <summary>What a pump could run now.</summary>
/// <param name="Owner">Who claims: drawn by each pump.</param>
/// <param name="Kinds">The kinds that it has runners for.</param>
public sealed record EffectClaim(string Owner, ImmutableArray<string> Kinds, ImmutableArray<LaneClaim> Lanes);

/// <summary>How many effects of a lane are claimed: never tried ones, and tried ones.</summary>
public sealed record LaneClaim(string Lane, int Fresh, int Again);

/// <summary>An effect that is not done yet.</summary>
/// <param name="Lane">Effects of one lane run a few at a time.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="BegunAt">When it was begun, where its outcome is not known; milliseconds.</param>
/// <param name="DueAt">In milliseconds; it changes with each beginning and attempt.</param>
/// <param name="CreatedAt">Since when it is tried: patience counts from here.</param>
/// <param name="Owner">Who claimed it.</param>
public sealed record PendingEffect(
    long Seq, string Process, string Key, string Kind, string Body, string Lane, int Attempts, long? BegunAt, long DueAt,
    DateTimeOffset CreatedAt, string Owner);

/// <summary>Why an effect is a dead letter.</summary>
/// <param name="MayHaveHappened">The other system may have done it, and could not be asked.</param>
public sealed record GivenUp(string Reason, bool MayHaveHappened);

/// <summary>When and as what an effect is tried again.</summary>
/// <param name="Outcome">A word for the journal: <c>failed</c>, <c>unknown</c>.</param>
/// <param name="Begun">Whether it has to be looked up first.</param>
public sealed record Postponement(string Outcome, string Reason, bool Begun, TimeSpan After);
