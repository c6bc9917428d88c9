using System.Collections.Immutable;

namespace Hub.ChangeFeed;

/// <summary>Changes that are applied as one.</summary>
/// <param name="Events">In the source's commit order; empty where nothing of this dataset came.</param>
/// <param name="Next">The position once they are applied; it may be past the last event where other datasets' changes were passed over.</param>
/// <param name="Cut">
/// The bound was reached: the batch may end in the middle of a source transaction, and there is more to read at once.
/// </param>
public sealed record ChangeBatch(ImmutableArray<ChangeEvent> Events, Position Next, bool Cut);
