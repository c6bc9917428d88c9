using System.Collections.Immutable;
using Hub.Processes.Erasing;
using Npgsql;

namespace Hub.Processes.Postgres;

public sealed partial class PostgresProcessStore
{
    public async Task<ImmutableArray<KeptText>> GetTextsAsync(string process, string key, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return [.. (await KeptAsync(connection, process, key, cancellationToken)).Select(row => row.Text)];
    }

    public async Task<ImmutableArray<ProcessKey>> FindByTextAsync(ImmutableArray<string> texts, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var search = new KeptTextSearch(_seal, texts);
        while (search.NextPage() is { } page)
        {
            search.Take(await connection.QueryAsync(
                page, row => new TextRow(row.GetInt64(0), row.GetString(1), row.GetString(2), row.TextOrNull(3), row.TextOrNull(4)), cancellationToken));
        }

        return search.Found;
    }

    public async Task<ImmutableArray<string>> ListEndedAsync(EndedQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var before = query.Before.ToUnixTimeMilliseconds();
        return [.. await connection.QueryAsync($"""
            SELECT key FROM (
                SELECT p.key FROM process p
                WHERE p.process = {query.Process} AND p.key > {query.After} AND p.erased_at IS NULL AND p.updated_at <= {before}
                    AND p.state IS NOT NULL AND p.status = ANY({query.Statuses.ToArray()})
                    AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.process = p.process AND i.key = p.key AND i.handled_at IS NULL)
                    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.process = p.process AND o.key = p.key AND o.done_at IS NULL)
                UNION SELECT d.key FROM dead_letter d
                WHERE d.process = {query.Process} AND d.key > {query.After} AND d.erased_at IS NULL AND d.at <= {before}
                    AND NOT EXISTS (SELECT 1 FROM process p WHERE p.process = d.process AND p.key = d.key AND p.state IS NOT NULL)) AS ended
            WHERE starts_with(key, {query.Prefix}) ORDER BY key LIMIT {query.Take}
            """,
            row => row.GetString(0), cancellationToken)];
    }

    public Task<bool> RewriteAsync(
        string process, string key, string by, Func<ImmutableArray<KeptText>, ImmutableArray<string>> rewrite, CancellationToken cancellationToken) =>
        InTransactionAsync(
            async connection =>
            {
                // Nobody handles the key's messages meanwhile.
                await connection.QueryAsync(
                    $"SELECT 1 FROM process WHERE process = {process} AND key = {key} FOR UPDATE", _ => true, cancellationToken);
                if ((await connection.QueryAsync(KeptTextSql.UnderWay(process, key), row => row.GetInt64(0), cancellationToken)).Count > 0)
                {
                    return false;
                }

                var now = Now;
                var rows = await KeptAsync(connection, process, key, cancellationToken);
                await connection.ExecuteAsync(
                    [
                        .. KeptTextSql.Changes(process, key, rows, rewrite([.. rows.Select(row => row.Text)]), _seal),
                        .. KeptTextSql.Erased(process, key, _seal.Seal(by), now),
                        Journal(process, key, now, KeptTextSql.Step, KeptTextSql.Outcome, 1, null, by),
                    ],
                    cancellationToken);
                return true;
            },
            cancellationToken);

    private Task<List<KeptRow>> KeptAsync(NpgsqlConnection connection, string process, string key, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            KeptTextSql.Select(process, key),
            row => new KeptRow(row.GetInt64(1), new KeptText((KeptIn)row.GetInt32(0), row.GetString(2), _seal.Open(row.GetString(3)))), cancellationToken);
}
