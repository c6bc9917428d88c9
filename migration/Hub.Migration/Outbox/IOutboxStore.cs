using System.Text.Json;

namespace Hub.Migration.Outbox;

/// <summary>The messages of a target, for whoever posts them: rows stay, they are what makes a key come once.</summary>
internal interface IOutboxStore
{
    /// <summary>Messages that nobody took yet, the oldest first.</summary>
    Task<IReadOnlyList<OutboxEntry>> ReadUnpostedAsync(long after, int count, CancellationToken cancellationToken);

    /// <summary>The newest message before that one which was taken; null where there is none.</summary>
    Task<OutboxEntry?> ReadPostedAsync(long before, CancellationToken cancellationToken);

    Task MarkPostedAsync(long sequence, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Rows that ought to be told and have not been whole for a minute, in words.</summary>
    Task<IReadOnlyList<string>> ReadUntoldAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>A message that stands in the outbox.</summary>
/// <param name="Body">JSON, read when it is posted: one that is none is that message's fault alone.</param>
internal sealed record OutboxEntry(long Sequence, string Kind, string Key, DateTimeOffset At, string Body)
{
    /// <exception cref="JsonException">The body is no JSON.</exception>
    public JsonElement ReadBody() => JsonSerializer.Deserialize<JsonElement>(Body);
}
