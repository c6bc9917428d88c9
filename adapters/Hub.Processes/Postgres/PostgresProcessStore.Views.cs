using System.Collections.Immutable;
using System.Globalization;
using Npgsql;

namespace Hub.Processes.Postgres;

public sealed partial class PostgresProcessStore
{
    public async Task<ImmutableArray<ProcessView>> ListAsync(string process, int take, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await ViewAsync(connection, process, $"""
            SELECT key, state, status, reason, created_at, updated_at FROM process
            WHERE process = {process} AND state IS NOT NULL ORDER BY created_at DESC, key LIMIT {take}
            """, cancellationToken);
    }

    public async Task<(long Count, ImmutableArray<ProcessView> Newest)> ListInAsync(
        string process, string status, DateTimeOffset since, int take, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var from = since.ToUnixTimeMilliseconds();
        var count = await connection.QueryAsync($"""
            SELECT COUNT(*) FROM process WHERE process = {process} AND status = {status} AND updated_at >= {from} AND state IS NOT NULL
            """, row => row.GetInt64(0), cancellationToken);
        return (count[0], count[0] == 0 ? [] : await ViewAsync(connection, process, $"""
            SELECT key, state, status, reason, created_at, updated_at FROM process
            WHERE process = {process} AND status = {status} AND updated_at >= {from} AND state IS NOT NULL ORDER BY updated_at DESC, key LIMIT {take}
            """, cancellationToken));
    }

    public async Task<ImmutableArray<ProcessView>> ListSinceAsync(
        string process, DateTimeOffset since, ProcessView? after, int take, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var (from, key) = ((after?.CreatedAt ?? since).ToUnixTimeMilliseconds(), after?.Key ?? "");
        return await ViewAsync(connection, process, $"""
            SELECT key, state, status, reason, created_at, updated_at FROM process
            WHERE process = {process} AND (created_at, key) > ({from}, {key}) AND state IS NOT NULL ORDER BY created_at, key LIMIT {take}
            """, cancellationToken);
    }

    public async Task<ProcessView?> FindAsync(string process, string key, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return (await ViewAsync(connection, process, $"""
            SELECT key, state, status, reason, created_at, updated_at FROM process WHERE process = {process} AND key = {key} AND state IS NOT NULL
            """, cancellationToken)).FirstOrDefault();
    }

    public async Task<ImmutableArray<JournalEntry>> GetJournalAsync(string process, string key, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync(
            $"SELECT at, step, outcome, attempt, reference, detail FROM journal WHERE process = {process} AND key = {key} ORDER BY seq",
            row => new JournalEntry(
                Time(row, 0), row.GetString(1), row.GetString(2), row.GetInt32(3), _seal.Open(row.TextOrNull(4)), _seal.Open(row.TextOrNull(5))),
            cancellationToken)];
    }

    public async Task<ImmutableDictionary<string, long>> CountWaitingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return (await connection.QueryAsync(
            $"SELECT kind, COUNT(*) FROM outbox WHERE done_at IS NULL GROUP BY kind",
            row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)), cancellationToken)).ToImmutableDictionary();
    }

    private async Task<ImmutableArray<ProcessView>> ViewAsync(
        NpgsqlConnection connection, string process, FormattableString sql, CancellationToken cancellationToken)
    {
        var views = await connection.QueryAsync(
            sql,
            row => new ProcessView(
                row.GetString(0), _seal.Open(row.GetString(1)), row.GetString(2), _seal.Open(row.TextOrNull(3)), Time(row, 4), Time(row, 5), null),
            cancellationToken);
        var waiting = (await connection.QueryAsync(
            $"""
            SELECT key, kind, attempts, error, due_at FROM outbox
            WHERE process = {process} AND key = ANY({views.Select(view => view.Key).ToArray()}) AND done_at IS NULL ORDER BY seq
            """,
            row => (Key: row.GetString(0), Words: string.Create(CultureInfo.InvariantCulture,
                $"{row.GetString(1)}: {_seal.Open(row.TextOrNull(3)) ?? "about to begin"} (attempt {row.GetInt32(2) + 1}, next at {Time(row, 4):u})")),
            cancellationToken)).ToLookup(effect => effect.Key, effect => effect.Words);
        return [.. views.Select(view => waiting.Contains(view.Key) ? view with { Waiting = string.Join("; ", waiting[view.Key]) } : view)];
    }

    private static DateTimeOffset Time(NpgsqlDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
