using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>
/// Everything that is wanted, whole: what control sends to the planes and what a plane keeps on disk.
/// </summary>
/// <param name="Id">The revision's number.</param>
/// <param name="At">When control committed it, UTC.</param>
/// <param name="DocumentHash">SHA-256 of <paramref name="Document"/>, hexadecimal; empty where nothing was applied yet.</param>
/// <param name="Document">
/// The config file's text. Null on the wire where the plane holds the document of that hash already; a plane puts it back
/// before it keeps the revision.
/// </param>
/// <param name="Groups">Where each group of the document stands, by name.</param>
/// <param name="Datasets">Where each dataset of the document stands, by name.</param>
/// <param name="FrozenUntil">Until when nothing climbs, flips or completes; null where there is no freeze.</param>
/// <param name="AdoptedRollbacks">
/// Ids of the rollbacks made on planes (SAFETY.md 12) that this revision holds for all; a plane lets go of its own copy.
/// </param>
/// <param name="Keys">Keys that all gateway planes share, so that any of them reads what another signed.</param>
/// <param name="Stamp">
/// Drawn at random for this revision: a store that was restored and went on from an older copy may give the same number to
/// another state, and is found out by it.
/// </param>
public sealed record Revision(
    RevisionId Id,
    DateTimeOffset At,
    string DocumentHash,
    string? Document,
    ImmutableSortedDictionary<string, GroupState> Groups,
    ImmutableSortedDictionary<string, DatasetState> Datasets,
    DateTimeOffset? FrozenUntil,
    ImmutableArray<Guid> AdoptedRollbacks,
    PlaneKeys Keys,
    string Stamp = "");

/// <summary>Where a group stands.</summary>
/// <param name="Share">Part of the customers whose reads go to New, in ten-thousandths: 2,500 is 25 %.</param>
/// <param name="VoidBefore">Pins of a revision below this number are void: the number of the group's last rollback, 0 if none.</param>
/// <param name="EvacuateBefore">
/// Claims of New with a number of revision below this are evacuated (SAFETY.md 13); 0 if none.
/// </param>
/// <param name="RolledBack">True from a rollback until the next shift.</param>
/// <param name="Mirrored">Copies of its requests go to the other side, to compare the answers (SAFETY.md 16).</param>
/// <param name="MirroredSince">The number of the revision that turned mirroring on; what was found before it counts no more.</param>
public sealed record GroupState(
    int Share, long VoidBefore = 0, long EvacuateBefore = 0, bool RolledBack = false, bool Mirrored = false, long MirroredSince = 0);

/// <summary>Where a dataset stands.</summary>
/// <param name="Owner">The side that owns its writes: <c>legacy</c> or <c>new</c>.</param>
public sealed record DatasetState(string Owner);

/// <summary>Secrets between planes; they travel on the authenticated stream only and are never logged.</summary>
/// <param name="Cookie">32 bytes: signs the hub's cookie.</param>
/// <param name="RequestId">32 bytes: seals request ids.</param>
/// <param name="Identity">Signs the identity towards New; null from a control that does not draw such keys yet, and for planes that sign nothing.</param>
public sealed record PlaneKeys(byte[] Cookie, byte[] RequestId, IdentityKey[]? Identity = null)
{
    public override string ToString() => "PlaneKeys { *** }";
}
