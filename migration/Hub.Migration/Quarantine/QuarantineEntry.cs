using Hub.ChangeFeed;

namespace Hub.Migration.Quarantine;

/// <summary>
/// A source key whose changes can't be applied: later ones are taken into its entry, all other keys flow. Its rows hold what
/// legacy holds, personal data among it: whoever is shown one may see that.
/// </summary>
/// <param name="Change">From the row that stands in the target to the newest image, as one change; its position is the newest's.</param>
/// <param name="First">Where the first change stands that could not be applied.</param>
/// <param name="Reason">Why the newest one can't.</param>
/// <param name="Waits">Other rows may make it possible: it is tried again after each batch.</param>
/// <param name="Events">How many changes there were.</param>
internal sealed record QuarantineEntry(long Id, ChangeEvent Change, Position First, string Reason, bool Waits, long Events);
