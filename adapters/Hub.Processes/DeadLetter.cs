namespace Hub.Processes;

/// <summary>A message or effect that was given up, with all that is needed to do it by hand.</summary>
/// <param name="Source">What it is: it says what a retry does.</param>
/// <param name="Kind">The message's or effect's kind.</param>
/// <param name="Body">What came, or what was to be done; JSON, except of what could not be read.</param>
/// <param name="MayHaveHappened">The other system may have done it.</param>
/// <param name="Settled">What a person made of it: <c>retried</c> or <c>discarded</c>; null while it is open.</param>
/// <param name="SettledBy">Who and why.</param>
public sealed record DeadLetter(
    long Id, DeadLetterSource Source, string Process, string Key, string Kind, string Body, string Reason, int Attempts,
    bool MayHaveHappened, DateTimeOffset At, string? Settled, string? SettledBy, DateTimeOffset? SettledAt);

/// <summary>What became a dead letter.</summary>
public enum DeadLetterSource
{
    /// <summary>It could not be read as a message, so it can't be handled again.</summary>
    Unreadable,

    /// <summary>A message that no process could handle.</summary>
    Message,

    /// <summary>An effect that was tried for as long as is reasonable.</summary>
    Effect,
}

/// <summary>What a person decides of a dead letter.</summary>
/// <param name="Retry">The message is handled again, or the effect looked up and run again; false: it is done with.</param>
/// <param name="By">Who, and why: for the journal.</param>
/// <param name="Message">
/// Goes into the process's inbox with it. In place of the effect: the process takes up its step again by itself.
/// </param>
public sealed record DeadLetterSettlement(bool Retry, string By, EffectReply? Message = null)
{
    internal string Word => Retry ? "retried" : "discarded";
}
