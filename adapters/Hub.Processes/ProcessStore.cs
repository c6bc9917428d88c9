using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Processes;

/// <summary>
/// Inbox, state and outbox of all processes in one database: what a message changes, what it wants done and that it was handled are
/// committed together, so that a kill at any moment loses nothing and does nothing twice.
/// </summary>
public sealed partial class ProcessStore
{
    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    /// <summary>Opens the store and upgrades it.</summary>
    public ProcessStore(SqliteFile file, TimeProvider time)
    {
        (_file, _time) = (file, time);
        ProcessSchema.Sqlite.Upgrade(file);
    }

    /// <summary>There is something new to do; called by any thread.</summary>
    internal event Action? Changed;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes a message in; it is durable when this returns.</summary>
    /// <returns>False where a message of this id was taken in before.</returns>
    public bool Receive(ProcessMessage message) => Receive([message]) > 0;

    /// <summary>Takes messages in, and keeps a setting (a cursor, say) with them, all or nothing.</summary>
    /// <returns>How many of them are new.</returns>
    public int Receive(IEnumerable<ProcessMessage> messages, (string Name, string Value)? setting = null)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var taken = messages.Count(message => Take(connection, message, Now));
        if (setting is var (name, value))
        {
            connection.Execute($"""
                INSERT INTO setting (name, value) VALUES ({name}, {value}) ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """);
        }

        transaction.Commit();
        if (taken > 0)
        {
            Changed?.Invoke();
        }

        return taken;
    }

    /// <summary>Keeps a message that nobody can handle as a dead letter, once for its id.</summary>
    /// <returns>False where it was kept before.</returns>
    public bool Bury(ProcessMessage message, string reason)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var now = Now;
        if (!Take(connection, message, now))
        {
            return false;
        }

        connection.Execute($"""
            UPDATE inbox SET handled_at = {now} WHERE process = {message.Process} AND key = {message.Key} AND id = {message.Id}
            """);
        Bury(connection, message, reason, now);
        transaction.Commit();
        return true;
    }

    /// <summary>What is kept under that name, or null.</summary>
    public string? GetSetting(string name)
    {
        using var connection = _file.Open();
        return connection.Query($"SELECT value FROM setting WHERE name = {name}", row => row.GetString(0)).FirstOrDefault();
    }

    /// <summary>What is kept under that name; where nothing is, <paramref name="value"/> is kept from now on.</summary>
    public string GetOrKeepSetting(string name, string value)
    {
        using (var connection = _file.Open())
        {
            connection.Execute($"INSERT INTO setting (name, value) VALUES ({name}, {value}) ON CONFLICT (name) DO NOTHING");
        }

        return GetSetting(name)!;
    }

    /// <summary>Handles the oldest message that is due.</summary>
    /// <returns>What was done, or null where none is due.</returns>
    internal HandledMessage? HandleNext(IReadOnlyDictionary<string, ProcessDefinition> definitions)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var now = Now;
        var next = connection.Query(
            $"SELECT seq, process, key, id, kind, body FROM inbox WHERE handled_at IS NULL AND due_at <= {now} ORDER BY seq LIMIT 1",
            row => (Seq: row.GetInt64(0), Message: new ProcessMessage(
                row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5))));
        if (next is not [var (seq, message)])
        {
            return null;
        }

        var error = Apply(connection, definitions, seq, message, now);
        if (error is not null)
        {
            Bury(connection, message, error.Message, now);
        }

        connection.Execute($"UPDATE inbox SET handled_at = {now} WHERE seq = {seq}");
        transaction.Commit();
        return new HandledMessage(message, error);
    }

    private static void Bury(SqliteConnection connection, ProcessMessage message, string reason, long now)
    {
        connection.Execute($"""
            INSERT INTO dead_letter (process, key, kind, body, reason, attempts, at)
            VALUES ({message.Process}, {message.Key}, {message.Kind}, {message.Body}, {reason}, 1, {now})
            """);
        Journal(connection, message.Process, message.Key, now, message.Kind, "dead letter", 1, null, reason);
    }

    private static Exception? Apply(
        SqliteConnection connection, IReadOnlyDictionary<string, ProcessDefinition> definitions, long seq, ProcessMessage message, long now)
    {
        var state = connection.Query(
            $"SELECT state FROM process WHERE process = {message.Process} AND key = {message.Key}", row => row.GetString(0)).FirstOrDefault();
        ProcessDecision decision;
        try
        {
            decision = definitions.TryGetValue(message.Process, out var definition)
                ? definition.Handle(state, message)
                : throw new InvalidOperationException($"This version of Hub knows no process '{message.Process}'.");
        }
#pragma warning disable CA1031 // The consumer loop: whatever a message makes a handler throw, the messages behind it go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }

        connection.Execute($"""
            INSERT INTO process (process, key, state, status, reason, created_at, updated_at)
            VALUES ({message.Process}, {message.Key}, {decision.State}, {decision.Status}, {decision.Reason}, {now}, {now})
            ON CONFLICT (process, key) DO UPDATE SET
                state = excluded.state, status = excluded.status, reason = excluded.reason, updated_at = excluded.updated_at
            """);
        foreach (var effect in decision.Effects)
        {
            connection.Execute($"""
                INSERT INTO outbox (process, key, kind, body, created_at, due_at)
                VALUES ({message.Process}, {message.Key}, {effect.Kind}, {effect.Body}, {now}, {now})
                """);
        }

        foreach (var (kind, body, after) in decision.Deferred)
        {
            Take(connection, message with { Id = $"{kind} after {seq}", Kind = kind, Body = body }, now + (long)after.TotalMilliseconds);
        }

        Journal(connection, message.Process, message.Key, now, message.Kind, decision.Status, 1, null, decision.Note);
        return null;
    }

    private static bool Take(SqliteConnection connection, ProcessMessage message, long due) => connection.Execute($"""
        INSERT INTO inbox (process, key, id, kind, body, due_at)
        VALUES ({message.Process}, {message.Key}, {message.Id}, {message.Kind}, {message.Body}, {due})
        ON CONFLICT (process, key, id) DO NOTHING
        """) > 0;

    // A vendor that is down for a day gives the same failure a thousand times: one entry, with the last attempt's number.
    private static void Journal(
        SqliteConnection connection, string process, string key, long at, string step, string outcome, int attempt, string? reference, string? detail)
    {
        var repeated = connection.Execute($"""
            UPDATE journal SET at = {at}, attempt = {attempt}
            WHERE seq = (SELECT MAX(seq) FROM journal WHERE process = {process} AND key = {key})
                AND step = {step} AND outcome = {outcome} AND detail = {detail} AND attempt = {attempt - 1}
            """);
        if (repeated == 0)
        {
            connection.Execute($"""
                INSERT INTO journal (process, key, at, step, outcome, attempt, reference, detail)
                VALUES ({process}, {key}, {at}, {step}, {outcome}, {attempt}, {reference}, {detail})
                """);
        }
    }
}

/// <summary>A message that was handled, and what went wrong, if anything did.</summary>
internal sealed record HandledMessage(ProcessMessage Message, Exception? Error);
