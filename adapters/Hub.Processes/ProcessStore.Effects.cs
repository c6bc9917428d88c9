using Hub.Storage;


namespace Hub.Processes;

public sealed partial class ProcessStore
{
    /// <summary>Effects that are due, the oldest first.</summary>
    internal List<PendingEffect> DueEffects(IReadOnlyCollection<string> kinds)
    {
        using var connection = _file.Open();
        return [.. kinds.SelectMany(kind => connection.Query($"""
            SELECT seq, process, key, kind, body, attempts, begun_at, due_at, created_at FROM outbox
            WHERE done_at IS NULL AND due_at <= {Now} AND kind = {kind} ORDER BY due_at, seq LIMIT 64
            """,
            row => new PendingEffect(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt32(5),
                row.NumberOrNull(6), row.GetInt64(7), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)))))];
    }

    /// <summary>When the next message or effect is due; null where nothing waits.</summary>
    internal DateTimeOffset? NextDue()
    {
        using var connection = _file.Open();
        var due = connection.QueryNumber($"""
            SELECT MIN(due_at) FROM (
                SELECT MIN(due_at) AS due_at FROM inbox WHERE handled_at IS NULL
                UNION ALL SELECT MIN(due_at) FROM outbox WHERE done_at IS NULL AND due_at > {Now}) AS waiting
            """);
        return due is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }

    /// <summary>
    /// The effect is about to be run, and may not be run twice: written down before the first byte goes out. Should nothing more be
    /// heard of it, it is looked up when the window has passed.
    /// </summary>
    /// <returns>False where it is not any longer as it was read: somebody else has begun or finished it meanwhile.</returns>
    internal bool Begin(PendingEffect effect, TimeSpan window)
    {
        using var connection = _file.Open();
        return connection.Execute($"""
            UPDATE outbox SET begun_at = {Now}, due_at = {Now + (long)window.TotalMilliseconds}, error = 'under way'
            WHERE seq = {effect.Seq} AND done_at IS NULL AND attempts = {effect.Attempts} AND begun_at IS {effect.BegunAt} AND due_at = {effect.DueAt}
            """) > 0;
    }

    /// <summary>It need not be run again; its reply goes into the inbox in the same transaction.</summary>
    /// <param name="deadLetter">It was given up: what is needed to do it by hand is kept.</param>
    internal void Finish(PendingEffect effect, EffectOutcome.Finished outcome, bool deadLetter = false)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var now = Now;
        connection.Execute($"UPDATE outbox SET done_at = {now}, begun_at = NULL, error = NULL, attempts = {effect.Attempts + 1} WHERE seq = {effect.Seq}");
        Journal(connection, effect.Process, effect.Key, now, effect.Kind, outcome.Said, effect.Attempts + 1, outcome.Reference, outcome.Detail);
        if (deadLetter)
        {
            connection.Execute($"""
                INSERT INTO dead_letter (process, key, kind, body, reason, attempts, at)
                VALUES ({effect.Process}, {effect.Key}, {effect.Kind}, {effect.Body}, {outcome.Detail}, {effect.Attempts + 1}, {now})
                """);
        }

        if (outcome.Reply is { } reply)
        {
            Take(connection, new ProcessMessage(effect.Process, effect.Key, $"reply {effect.Seq}", reply.Kind, reply.Body), now);
        }

        transaction.Commit();
    }

    /// <summary>It is tried again, or looked up, later.</summary>
    internal void Postpone(PendingEffect effect, string outcome, string reason, bool begun, TimeSpan after)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var now = Now;
        connection.Execute($"""
            UPDATE outbox SET attempts = {effect.Attempts + 1}, begun_at = {(begun ? (long?)now : null)}, error = {$"{outcome}: {reason}"},
                due_at = {now + (long)after.TotalMilliseconds}
            WHERE seq = {effect.Seq}
            """);
        Journal(connection, effect.Process, effect.Key, now, effect.Kind, outcome, effect.Attempts + 1, null, reason);
        transaction.Commit();
    }
}

/// <summary>An effect that is not done yet.</summary>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="BegunAt">When it was begun, where its outcome is not known; milliseconds, as <paramref name="DueAt"/>.</param>
internal sealed record PendingEffect(
    long Seq, string Process, string Key, string Kind, string Body, int Attempts, long? BegunAt, long DueAt, DateTimeOffset CreatedAt);
