using System.Collections.Immutable;
using System.Globalization;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Processes.Sqlite;

public sealed partial class SqliteProcessStore
{
    public Task<ImmutableArray<ProcessView>> ListAsync(string process, int take, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(connection.Query($"""
            SELECT key, state, status, reason, created_at, updated_at FROM process
            WHERE process = {process} ORDER BY created_at DESC, key LIMIT {take}
            """, row => View(connection, process, row)).ToImmutableArray());
    }

    public Task<(long Count, ImmutableArray<ProcessView> Newest)> ListInAsync(
        string process, string status, DateTimeOffset since, int take, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        var count = connection.QueryNumber($"""
            SELECT COUNT(*) FROM process WHERE process = {process} AND status = {status} AND updated_at >= {since.ToUnixTimeMilliseconds()}
            """) ?? 0;
        return Task.FromResult<(long, ImmutableArray<ProcessView>)>((count, count == 0 ? [] : [.. connection.Query($"""
            SELECT key, state, status, reason, created_at, updated_at FROM process
            WHERE process = {process} AND status = {status} AND updated_at >= {since.ToUnixTimeMilliseconds()} ORDER BY updated_at DESC, key LIMIT {take}
            """, row => View(connection, process, row))]));
    }

    public Task<ImmutableArray<ProcessView>> ListSinceAsync(
        string process, DateTimeOffset since, ProcessView? after, int take, CancellationToken cancellationToken)
    {
        var (from, key) = ((after?.CreatedAt ?? since).ToUnixTimeMilliseconds(), after?.Key ?? "");
        using var connection = _file.Open();
        return Task.FromResult(connection.Query($"""
            SELECT key, state, status, reason, created_at, updated_at FROM process
            WHERE process = {process} AND (created_at, key) > ({from}, {key}) ORDER BY created_at, key LIMIT {take}
            """, row => View(connection, process, row)).ToImmutableArray());
    }

    public Task<ProcessView?> FindAsync(string process, string key, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(connection.Query($"""
            SELECT key, state, status, reason, created_at, updated_at FROM process WHERE process = {process} AND key = {key}
            """, row => View(connection, process, row)).FirstOrDefault());
    }

    public Task<ImmutableArray<JournalEntry>> GetJournalAsync(string process, string key, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(connection.Query($"""
            SELECT at, step, outcome, attempt, reference, detail FROM journal WHERE process = {process} AND key = {key} ORDER BY seq
            """,
            row => new JournalEntry(
                Time(row, 0), row.GetString(1), row.GetString(2), row.GetInt32(3), _seal.Open(row.TextOrNull(4)), _seal.Open(row.TextOrNull(5)))).ToImmutableArray());
    }

    public Task<ImmutableDictionary<string, long>> CountWaitingAsync(CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(connection.Query(
            $"SELECT kind, COUNT(*) FROM outbox WHERE done_at IS NULL GROUP BY kind",
            row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))).ToImmutableDictionary());
    }

    private ProcessView View(SqliteConnection connection, string process, SqliteDataReader row)
    {
        var key = row.GetString(0);
        var waiting = connection.Query($"""
            SELECT kind, attempts, error, due_at FROM outbox WHERE process = {process} AND key = {key} AND done_at IS NULL ORDER BY seq
            """,
            effect => string.Create(CultureInfo.InvariantCulture,
                $"{effect.GetString(0)}: {_seal.Open(effect.TextOrNull(2)) ?? "about to begin"} (attempt {effect.GetInt32(1) + 1}, next at {Time(effect, 3):u})"));
        return new ProcessView(
            key, _seal.Open(row.GetString(1)), row.GetString(2), _seal.Open(row.TextOrNull(3)), Time(row, 4), Time(row, 5),
            waiting.Count > 0 ? string.Join("; ", waiting) : null);
    }

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
