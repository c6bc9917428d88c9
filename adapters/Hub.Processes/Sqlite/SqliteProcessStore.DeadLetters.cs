using System.Collections.Immutable;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Processes.Sqlite;

public sealed partial class SqliteProcessStore
{
    public Task<ImmutableArray<DeadLetter>> GetDeadLettersAsync(int take, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(connection.Query($"""
            SELECT seq, source, process, key, kind, body, reason, attempts, may_have, at, settled, settled_by, settled_at FROM dead_letter
            WHERE settled IS NULL ORDER BY seq DESC LIMIT {take}
            """,
            Letter).ToImmutableArray());
    }

    public Task<DeadLetter?> FindDeadLetterAsync(long id, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(connection.Query($"""
            SELECT seq, source, process, key, kind, body, reason, attempts, may_have, at, settled, settled_by, settled_at FROM dead_letter
            WHERE seq = {id}
            """,
            Letter).FirstOrDefault());
    }

    public Task<ImmutableArray<DeadLetter>> GetDeadLettersAsync(string process, string key, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(connection.Query($"""
            SELECT seq, source, process, key, kind, body, reason, attempts, may_have, at, settled, settled_by, settled_at FROM dead_letter
            WHERE process = {process} AND key = {key} AND settled IS NULL ORDER BY seq DESC
            """,
            Letter).ToImmutableArray());
    }

    public async Task<DeadLetter?> FindDeadLetterAsync(string process, string key, CancellationToken cancellationToken) =>
        (await GetDeadLettersAsync(process, key, cancellationToken)).FirstOrDefault();

    public Task<bool> SettleDeadLetterAsync(long id, DeadLetterSettlement settlement, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var now = Now;
        var letter = connection.Query($"""
            UPDATE dead_letter SET settled = {settlement.Word}, settled_by = {_seal.Seal(settlement.By)}, settled_at = {now}
            WHERE seq = {id} AND settled IS NULL RETURNING process, key, kind, source, origin, attempts
            """,
            row => (
                Process: row.GetString(0), Key: row.GetString(1), Kind: row.GetString(2), Source: (DeadLetterSource)row.GetInt32(3),
                Origin: row.NumberOrNull(4), Attempts: row.GetInt32(5)));
        if (letter is not [var (process, key, kind, source, origin, attempts)])
        {
            return Task.FromResult(false);
        }

        Journal(connection, process, key, now, kind, settlement.Word, attempts, null, settlement.By);
        if (settlement.Message is { } message)
        {
            Take(connection, new ProcessMessage(process, key, $"dead letter {id}", message.Kind, message.Body), now);
        }
        else if (settlement.Retry && source is DeadLetterSource.Message)
        {
            connection.Execute($"UPDATE inbox SET handled_at = NULL, due_at = {now} WHERE seq = {origin}");
        }
        else if (settlement.Retry && source is DeadLetterSource.Effect)
        {
            connection.Execute($"UPDATE outbox SET done_at = NULL, begun_at = {now}, due_at = {now}, created_at = {now} WHERE seq = {origin}");
        }

        transaction.Commit();
        Changed?.Invoke();
        return Task.FromResult(true);
    }

    private void Bury(
        SqliteConnection connection, ProcessMessage message, string reason, long now, DeadLetterSource source, long? origin)
    {
        connection.Execute($"""
            INSERT INTO dead_letter (process, key, kind, body, reason, attempts, at, source, origin, may_have)
            VALUES ({message.Process}, {message.Key}, {message.Kind}, {_seal.Seal(message.Body)}, {_seal.Seal(reason)}, 1, {now}, {(int)source}, {origin}, 0)
            """);
        Journal(connection, message.Process, message.Key, now, message.Kind, "dead letter", 1, null, reason);
    }

    private DeadLetter Letter(SqliteDataReader row) => new(
        row.GetInt64(0), (DeadLetterSource)row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), _seal.Open(row.GetString(5)),
        _seal.Open(row.GetString(6)), row.GetInt32(7), row.GetBoolean(8), Time(row, 9), row.TextOrNull(10), _seal.Open(row.TextOrNull(11)),
        row.NumberOrNull(12) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
}
