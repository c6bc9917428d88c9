namespace Hub.ChangeFeed;

/// <summary>How far a target has applied a feed: kept in the target, in the rows' own transaction, and all that a feed needs to go on.</summary>
/// <param name="Feed">
/// What is read, so that another one with the same name is noticed: a Kafka topic's id, the name of a replication slot, the
/// id of the capture's log.
/// </param>
/// <param name="Next">Where to read on: the next Kafka offset, the commit LSN up to which all is applied, the last row of <c>hub_changes</c>.</param>
/// <param name="Highest">The highest position that was applied; a replayed change below it is skipped (CDC.md "Replays").</param>
public sealed record FeedPoint(string Feed, long Next, Position Highest);
