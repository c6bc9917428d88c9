namespace Hub.Placement;

/// <summary>Where a group stands, as control's store says; a group that it does not know stands at share 0.</summary>
/// <param name="Share">Customers whose bucket is below it read from New, 0 to 10,000.</param>
/// <param name="VoidBefore">Pins of a revision below this number are void (SAFETY.md 3).</param>
/// <param name="EvacuateBefore">Claims of New made under a revision below this number are evacuated (SAFETY.md 13).</param>
/// <param name="RolledBack">From a rollback until the next shift.</param>
/// <param name="MirroredSince">The number of the revision that turned mirroring on; 0 while it is off.</param>
public sealed record GroupStanding(
    int Share, long VoidBefore = 0, long EvacuateBefore = 0, bool RolledBack = false, long MirroredSince = 0);
