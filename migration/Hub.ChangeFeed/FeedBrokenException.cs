namespace Hub.ChangeFeed;

/// <summary>
/// The feed can't go on without a person: changes are lost, the source is another one than before, or a record can't be
/// read. The message says what, why and what to do; nothing of the batch is applied.
/// </summary>
public sealed class FeedBrokenException(string message, Exception? inner = null) : Exception(message, inner);
