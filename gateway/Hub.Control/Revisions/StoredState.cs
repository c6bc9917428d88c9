using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Control.Revisions;

/// <summary>Where everything stands, as a revision's row holds it.</summary>
/// <param name="Groups">Every group that ever stood in a document; one that vanished comes back at share 0.</param>
internal sealed record StoredState(
    ImmutableSortedDictionary<string, StoredGroup> Groups,
    ImmutableSortedDictionary<string, DatasetState> Datasets,
    DateTimeOffset? FrozenUntil)
{
    public static StoredState Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, StoredGroup>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, DatasetState>(StringComparer.Ordinal),
        null);
}

/// <summary>A group's standing, and who changed it last.</summary>
internal sealed record StoredGroup(GroupState State, DateTimeOffset? ChangedAt, string? ChangedBy, string? Reason);

/// <summary>What is in force: the revision, what its document says, and who changed its groups last.</summary>
internal sealed record Wanted(Revision Revision, StoredState State, Documents.HubDocument Document);
