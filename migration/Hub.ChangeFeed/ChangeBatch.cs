using System.Collections.Immutable;
using Hub.ChangeFeed.Debezium;

namespace Hub.ChangeFeed;

/// <summary>Changes that are applied as one.</summary>
/// <param name="Events">In the source's commit order; empty where nothing of this dataset came.</param>
/// <param name="Next">Where the target stands once they are applied; it may be past the last event where other datasets' changes or replays were passed over.</param>
/// <param name="Open">
/// The last source transaction goes on in the next batch: the target keeps its own transaction open until a batch comes that
/// is not. A feed sends only as much of a transaction at once as fits into memory.
/// </param>
/// <param name="Cut">
/// The transaction was larger than the feed's bound and ends here for the target, though it goes on: it is counted.
/// </param>
public sealed record ChangeBatch(ImmutableArray<ChangeEvent> Events, FeedPoint Next, bool Open = false, bool Cut = false)
{
    /// <summary>What the source said of a copy, after all rows that it speaks of and not before.</summary>
    public ImmutableArray<DebeziumNotification> Notifications { get; init; } = [];
}
