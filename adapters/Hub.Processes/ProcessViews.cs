namespace Hub.Processes;

/// <summary>A process as it stands.</summary>
/// <param name="State">JSON.</param>
/// <param name="Reason">Why it stands where it stands.</param>
/// <param name="Waiting">What it waits for outside, with the last attempt's failure; null where nothing is under way.</param>
public sealed record ProcessView(
    string Key, string State, string Status, string? Reason, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? Waiting);

/// <summary>One thing that happened to a process: a message it took, or an attempt of an effect.</summary>
/// <param name="Step">The message's or effect's kind.</param>
public sealed record JournalEntry(DateTimeOffset At, string Step, string Outcome, int Attempt, string? Reference, string? Detail);
