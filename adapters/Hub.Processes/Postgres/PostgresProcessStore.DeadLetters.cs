using System.Collections.Immutable;
using Npgsql;

namespace Hub.Processes.Postgres;

public sealed partial class PostgresProcessStore
{
    public async Task<ImmutableArray<DeadLetter>> GetDeadLettersAsync(int take, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync($"""
            SELECT seq, source, process, key, kind, body, reason, attempts, may_have, at, settled, settled_by, settled_at FROM dead_letter
            WHERE settled IS NULL ORDER BY seq DESC LIMIT {take}
            """,
            Letter, cancellationToken)];
    }

    public async Task<DeadLetter?> FindDeadLetterAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return (await connection.QueryAsync($"""
            SELECT seq, source, process, key, kind, body, reason, attempts, may_have, at, settled, settled_by, settled_at FROM dead_letter
            WHERE seq = {id}
            """,
            Letter, cancellationToken)).FirstOrDefault();
    }

    public async Task<ImmutableArray<DeadLetter>> GetDeadLettersAsync(string process, string key, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return [.. await connection.QueryAsync($"""
            SELECT seq, source, process, key, kind, body, reason, attempts, may_have, at, settled, settled_by, settled_at FROM dead_letter
            WHERE process = {process} AND key = {key} AND settled IS NULL ORDER BY seq DESC
            """,
            Letter, cancellationToken)];
    }

    public async Task<DeadLetter?> FindDeadLetterAsync(string process, string key, CancellationToken cancellationToken) =>
        (await GetDeadLettersAsync(process, key, cancellationToken)).FirstOrDefault();

    public async Task<bool> SettleDeadLetterAsync(long id, DeadLetterSettlement settlement, CancellationToken cancellationToken)
    {
        var settled = await InTransactionAsync(
            async connection =>
            {
                var now = Now;
                var letter = await connection.QueryAsync($"""
                    UPDATE dead_letter SET settled = {settlement.Word}, settled_by = {_seal.Seal(settlement.By)}, settled_at = {now}
                    WHERE seq = {id} AND settled IS NULL RETURNING process, key, kind, source, origin, attempts
                    """,
                    row => (
                        Process: row.GetString(0), Key: row.GetString(1), Kind: row.GetString(2), Source: (DeadLetterSource)row.GetInt32(3),
                        Origin: row.NumberOrNull(4), Attempts: row.GetInt32(5)),
                    cancellationToken);
                if (letter is not [var (process, key, kind, source, origin, attempts)])
                {
                    return false;
                }

                await connection.ExecuteAsync([Journal(process, key, now, kind, settlement.Word, attempts, null, settlement.By)], cancellationToken);
                if (settlement.Message is { } message)
                {
                    await TakeAsync(
                        connection, [(new ProcessMessage(process, key, $"dead letter {id}", message.Kind, message.Body), now)], cancellationToken);
                }
                else if (settlement.Retry && source is DeadLetterSource.Message)
                {
                    await connection.ExecuteAsync($"UPDATE inbox SET handled_at = NULL, due_at = {now} WHERE seq = {origin}", cancellationToken);
                }
                else if (settlement.Retry && source is DeadLetterSource.Effect)
                {
                    await connection.ExecuteAsync($"""
                        UPDATE outbox SET done_at = NULL, begun_at = {now}, due_at = {now}, created_at = {now} WHERE seq = {origin}
                        """, cancellationToken);
                }

                return true;
            },
            cancellationToken);
        if (settled)
        {
            Changed?.Invoke();
        }

        return settled;
    }

    private DeadLetter Letter(NpgsqlDataReader row) => new(
        row.GetInt64(0), (DeadLetterSource)row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), _seal.Open(row.GetString(5)),
        _seal.Open(row.GetString(6)), row.GetInt32(7), row.GetBoolean(8), Time(row, 9), row.TextOrNull(10), _seal.Open(row.TextOrNull(11)),
        row.NumberOrNull(12) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
}
