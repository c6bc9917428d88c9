using System.Collections.Immutable;
using Hub.ChangeFeed;

namespace Hub.Migration.Applying;

/// <summary>What is applied as one.</summary>
/// <param name="Next">Where the target stands once it is; of an open batch it is not looked at.</param>
/// <param name="Open">The source's transaction goes on in the next batch, and so does the target's.</param>
internal sealed record AppliedBatch(MappedChanges Changes, FeedPoint Next, bool Open = false)
{
    /// <summary>How far copies have come with it.</summary>
    public ImmutableArray<CopyState> Copies { get; init; } = [];
}
