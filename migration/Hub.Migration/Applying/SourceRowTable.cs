using System.Data.Common;
using System.Text;
using Hub.ChangeFeed;
using Hub.Migration.Mapping;

namespace Hub.Migration.Applying;

/// <summary>Source rows that are kept for joins: <c>hub.source_rows</c>, in bulk by arrays where the database has them.</summary>
internal sealed class SourceRowTable(
    HubSql sql, string dataset, string target, Func<string, IReadOnlyList<ChangeRow>, CancellationToken, Task<IReadOnlyList<ChangeRow>>> reselect) : ISourceRows
{
    private const string Where = "WHERE dataset = @dataset AND target = @target";
    private const string Columns = "source_table, key, owner, \"row\"";

    public async ValueTask PutAsync(IReadOnlyList<SourceRow> rows, CancellationToken cancellationToken)
    {
        const string newer = "ON CONFLICT(dataset, target, source_table, key) DO UPDATE SET owner = excluded.owner, \"row\" = excluded.\"row\"";
        if (rows.Count == 0)
        {
            return;
        }

        if (sql.IsPostgres)
        {
            // The same row twice can't be written by one statement: the last counts.
            var last = new Dictionary<(string, string), SourceRow>();
            foreach (var row in rows)
            {
                last[(row.Table, row.Key)] = row;
            }

            var kept = last.Values.ToArray();
            await sql.RunAsync(
                $"""
                INSERT INTO hub.source_rows(dataset, target, {Columns})
                SELECT @dataset, @target, * FROM unnest(@tables, @keys, @owners, @rows) {newer}
                """,
                cancellationToken,
                [.. Parameters(), ("tables", Array.ConvertAll(kept, row => row.Table)), ("keys", Array.ConvertAll(kept, row => row.Key)),
                    ("owners", Array.ConvertAll(kept, row => row.Owner)), ("rows", Array.ConvertAll(kept, row => row.Row.ToJson()))]);
            return;
        }

        foreach (var row in rows)
        {
            await sql.RunAsync(
                $"INSERT INTO hub.source_rows(dataset, target, {Columns}) VALUES(@dataset, @target, @table, @key, @owner, @row) {newer}", cancellationToken,
                [.. Parameters(), ("table", row.Table), ("key", row.Key), ("owner", row.Owner), ("row", row.Row.ToJson())]);
        }
    }

    public async ValueTask DeleteAsync(IReadOnlyList<(string Table, string Key)> keys, CancellationToken cancellationToken)
    {
        if (sql.IsPostgres)
        {
            if (keys.Count > 0)
            {
                await sql.RunAsync(
                    $"DELETE FROM hub.source_rows r USING unnest(@tables, @keys) AS k(t, k) {Where} AND r.source_table = k.t AND r.key = k.k", cancellationToken,
                    [.. Parameters(), .. Arrays(keys)]);
            }

            return;
        }

        foreach (var (table, key) in keys)
        {
            await sql.RunAsync($"DELETE FROM hub.source_rows {Where} AND source_table = @table AND key = @key", cancellationToken, [.. Parameters(), ("table", table), ("key", key)]);
        }
    }

    public async ValueTask ClearAsync(string table, CancellationToken cancellationToken) => await sql.RunAsync(
        $"DELETE FROM hub.source_rows {Where} AND source_table = @table", cancellationToken, [.. Parameters(), ("table", table)]);

    public async ValueTask<IReadOnlyList<SourceRow>> ReadAsync(IReadOnlyList<(string Table, string Key)> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        if (sql.IsPostgres)
        {
            return await sql.QueryAsync(
                $"SELECT {Columns} FROM hub.source_rows r JOIN unnest(@tables, @keys) AS k(t, k) ON r.source_table = k.t AND r.key = k.k {Where}", Read, cancellationToken,
                [.. Parameters(), .. Arrays(keys)]);
        }

        var rows = new List<SourceRow>();
        foreach (var (table, key) in keys.Distinct())
        {
            rows.AddRange(await sql.QueryAsync(
                $"SELECT {Columns} FROM hub.source_rows {Where} AND source_table = @table AND key = @key", Read, cancellationToken, [.. Parameters(), ("table", table), ("key", key)]));
        }

        return rows;
    }

    public async ValueTask<IReadOnlyList<SourceRow>> ReadByOwnerAsync(IReadOnlyList<string> owners, CancellationToken cancellationToken)
    {
        if (sql.IsPostgres)
        {
            return owners.Count == 0 ? [] : await sql.QueryAsync(
                $"SELECT {Columns} FROM hub.source_rows {Where} AND owner = ANY(@owners) ORDER BY owner COLLATE \"C\", source_table COLLATE \"C\", key COLLATE \"C\"",
                Read, cancellationToken, [.. Parameters(), ("owners", owners.ToArray())]);
        }

        var rows = new List<SourceRow>();
        foreach (var owner in owners.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            rows.AddRange(await sql.QueryAsync(
                $"SELECT {Columns} FROM hub.source_rows {Where} AND owner = @owner ORDER BY source_table, key", Read, cancellationToken, [.. Parameters(), ("owner", owner)]));
        }

        return rows;
    }

    public async ValueTask<IReadOnlyList<string>> ReadOwnersAsync(string table, int count, CancellationToken cancellationToken) => await sql.QueryAsync(
        $"SELECT DISTINCT owner FROM hub.source_rows {Where} AND source_table = @table LIMIT @count", reader => reader.GetString(0), cancellationToken,
        [.. Parameters(), ("table", table), ("count", (long)count)]);

    /// <summary>A table's rows in an order of their keys.</summary>
    /// <param name="after">The key after which they begin; empty: from the first.</param>
    public async ValueTask<IReadOnlyList<SourceRow>> ReadPageAsync(string table, string after, int count, CancellationToken cancellationToken) => await sql.QueryAsync(
        $"SELECT {Columns} FROM hub.source_rows {Where} AND source_table = @table AND key > @after ORDER BY key LIMIT @count", Read, cancellationToken,
        [.. Parameters(), ("table", table), ("after", after), ("count", (long)count)]);

    public async ValueTask<ChangeRow?> ReselectAsync(string table, ChangeRow key, CancellationToken cancellationToken) =>
        await reselect(table, [key], cancellationToken) is [var row, ..] ? row : null;

    private (string, object?)[] Parameters() => [("dataset", dataset), ("target", target)];

    private static (string, object?)[] Arrays(IReadOnlyList<(string Table, string Key)> keys) =>
        [("tables", keys.Select(key => key.Table).ToArray()), ("keys", keys.Select(key => key.Key).ToArray())];

    private static SourceRow Read(DbDataReader reader) =>
        new(reader.GetString(0), reader.GetString(1), reader.GetString(2), ChangeRow.Parse(Encoding.UTF8.GetBytes(reader.GetString(3))));
}
