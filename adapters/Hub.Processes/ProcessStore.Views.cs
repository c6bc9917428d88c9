using System.Collections.Immutable;
using System.Globalization;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Processes;

public sealed partial class ProcessStore
{
    /// <summary>The newest processes of that name.</summary>
    public ImmutableArray<ProcessView> List(string process, int take)
    {
        using var connection = _file.Open();
        return [.. connection.Query($"""
            SELECT key, state, status, reason, created_at, updated_at FROM process
            WHERE process = {process} ORDER BY created_at DESC, key LIMIT {take}
            """, row => View(connection, process, row))];
    }

    /// <summary>How many processes stand at a status since a time, and the newest of them.</summary>
    public (long Count, ImmutableArray<ProcessView> Newest) ListIn(string process, string status, DateTimeOffset since, int take)
    {
        using var connection = _file.Open();
        var count = connection.QueryNumber($"""
            SELECT COUNT(*) FROM process WHERE process = {process} AND status = {status} AND updated_at >= {since.ToUnixTimeMilliseconds()}
            """) ?? 0;
        return (count, count == 0 ? [] : [.. connection.Query($"""
            SELECT key, state, status, reason, created_at, updated_at FROM process
            WHERE process = {process} AND status = {status} AND updated_at >= {since.ToUnixTimeMilliseconds()} ORDER BY updated_at DESC, key LIMIT {take}
            """, row => View(connection, process, row))]);
    }

    /// <summary>The newest dead letter of a key, or null.</summary>
    public DeadLetter? FindDeadLetter(string process, string key)
    {
        using var connection = _file.Open();
        return connection.Query($"""
            SELECT process, key, kind, body, reason, attempts, at FROM dead_letter WHERE process = {process} AND key = {key} ORDER BY seq DESC LIMIT 1
            """, Letter).FirstOrDefault();
    }

    /// <summary>A process, or null.</summary>
    public ProcessView? Find(string process, string key)
    {
        using var connection = _file.Open();
        return connection.Query($"""
            SELECT key, state, status, reason, created_at, updated_at FROM process WHERE process = {process} AND key = {key}
            """, row => View(connection, process, row)).FirstOrDefault();
    }

    /// <summary>Everything that happened to a process, the oldest first.</summary>
    public ImmutableArray<JournalEntry> GetJournal(string process, string key)
    {
        using var connection = _file.Open();
        return [.. connection.Query($"""
            SELECT at, step, outcome, attempt, reference, detail FROM journal WHERE process = {process} AND key = {key} ORDER BY seq
            """,
            row => new JournalEntry(
                Time(row, 0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.TextOrNull(4), row.TextOrNull(5)))];
    }

    /// <summary>What was given up, the newest first.</summary>
    public ImmutableArray<DeadLetter> GetDeadLetters(int take)
    {
        using var connection = _file.Open();
        return [.. connection.Query($"""
            SELECT process, key, kind, body, reason, attempts, at FROM dead_letter ORDER BY seq DESC LIMIT {take}
            """,
            Letter)];
    }

    /// <summary>How many effects of each kind are not done yet.</summary>
    public ImmutableDictionary<string, long> CountWaiting()
    {
        using var connection = _file.Open();
        return connection.Query(
            $"SELECT kind, COUNT(*) FROM outbox WHERE done_at IS NULL GROUP BY kind",
            row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))).ToImmutableDictionary();
    }

    private static DeadLetter Letter(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt32(5), Time(row, 6));

    private static ProcessView View(SqliteConnection connection, string process, SqliteDataReader row)
    {
        var key = row.GetString(0);
        var waiting = connection.Query($"""
            SELECT kind, attempts, error, due_at FROM outbox WHERE process = {process} AND key = {key} AND done_at IS NULL ORDER BY seq
            """,
            effect => string.Create(CultureInfo.InvariantCulture,
                $"{effect.GetString(0)}: {effect.TextOrNull(2) ?? "about to begin"} (attempt {effect.GetInt32(1) + 1}, next at {Time(effect, 3):u})"));
        return new ProcessView(
            key, row.GetString(1), row.GetString(2), row.TextOrNull(3), Time(row, 4), Time(row, 5),
            waiting.Count > 0 ? string.Join("; ", waiting) : null);
    }

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
