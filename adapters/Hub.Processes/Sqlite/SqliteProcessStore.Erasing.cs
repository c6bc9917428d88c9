using System.Collections.Immutable;
using System.Text.Json;
using Hub.Processes.Erasing;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Processes.Sqlite;

public sealed partial class SqliteProcessStore
{
    public Task<ImmutableArray<KeptText>> GetTextsAsync(string process, string key, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(Kept(connection, process, key).Select(row => row.Text).ToImmutableArray());
    }

    public Task<ImmutableArray<ProcessKey>> FindByTextAsync(ImmutableArray<string> texts, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        var search = new KeptTextSearch(_seal, texts);
        while (search.NextPage() is { } page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            search.Take(connection.Query(
                page, row => new TextRow(row.GetInt64(0), row.GetString(1), row.GetString(2), row.TextOrNull(3), row.TextOrNull(4))));
        }

        return Task.FromResult(search.Found);
    }

    public Task<ImmutableArray<string>> ListEndedAsync(EndedQuery query, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        var before = query.Before.ToUnixTimeMilliseconds();
        return Task.FromResult(connection.Query($"""
            SELECT key FROM (
                SELECT p.key FROM process p
                WHERE p.process = {query.Process} AND p.key > {query.After} AND p.erased_at IS NULL AND p.updated_at <= {before}
                    AND p.status IN (SELECT value FROM json_each({JsonSerializer.Serialize(query.Statuses)}))
                    AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.process = p.process AND i.key = p.key AND i.handled_at IS NULL)
                    AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.process = p.process AND o.key = p.key AND o.done_at IS NULL)
                UNION SELECT d.key FROM dead_letter d
                WHERE d.process = {query.Process} AND d.key > {query.After} AND d.erased_at IS NULL AND d.at <= {before}
                    AND NOT EXISTS (SELECT 1 FROM process p WHERE p.process = d.process AND p.key = d.key)) AS ended
            WHERE substr(key, 1, length({query.Prefix})) = {query.Prefix} ORDER BY key LIMIT {query.Take}
            """,
            row => row.GetString(0)).ToImmutableArray());
    }

    public Task<bool> RewriteAsync(
        string process, string key, string by, Func<ImmutableArray<KeptText>, ImmutableArray<string>> rewrite, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        if (connection.Query(KeptTextSql.UnderWay(process, key), row => row.GetInt64(0)).Count > 0)
        {
            return Task.FromResult(false);
        }

        var now = Now;
        var rows = Kept(connection, process, key);
        foreach (var statement in KeptTextSql.Changes(process, key, rows, rewrite([.. rows.Select(row => row.Text)]), _seal)
            .Concat(KeptTextSql.Erased(process, key, _seal.Seal(by), now)))
        {
            connection.Execute(statement);
        }

        Journal(connection, process, key, now, KeptTextSql.Step, KeptTextSql.Outcome, 1, null, by);
        transaction.Commit();
        return Task.FromResult(true);
    }

    private List<KeptRow> Kept(SqliteConnection connection, string process, string key) => connection.Query(
        KeptTextSql.Select(process, key), row => new KeptRow(row.GetInt64(1), new KeptText((KeptIn)row.GetInt32(0), row.GetString(2), _seal.Open(row.GetString(3)))));
}
