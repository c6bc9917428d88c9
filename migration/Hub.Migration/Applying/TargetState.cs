using System.Collections.Immutable;
using Hub.ChangeFeed;

namespace Hub.Migration.Applying;

/// <summary>How a target stands.</summary>
/// <param name="Point">All changes up to here are applied. A feed of <c>""</c> is one of Hub 0.1: a SQLite log that had no id yet.</param>
/// <param name="Epoch">How many times it was taken.</param>
/// <param name="Counter">That of the newest watermark applied; 0 before the first.</param>
/// <param name="Lineage">The server that wrote it.</param>
/// <param name="AppliedAt">When that was written: up to then all is applied.</param>
/// <param name="Paused">Why nothing is applied until a person resumes it.</param>
/// <param name="Copies">By source table.</param>
/// <param name="Quarantined">Keys that wait.</param>
/// <param name="Untold">Rows that ought to be told to others and are not whole.</param>
/// <param name="Unposted">Messages that nobody took yet.</param>
internal sealed record TargetState(
    FeedPoint Point,
    long Epoch,
    long Counter,
    string? Lineage,
    DateTimeOffset? AppliedAt,
    string? Paused,
    ImmutableSortedDictionary<string, CopyState> Copies,
    long Quarantined,
    long Untold,
    long Unposted);
