using System.Collections.Immutable;
using System.Data.Common;
using System.Text;
using Hub.ChangeFeed;

namespace Hub.Migration.Applying;

/// <summary>Where a target stands: <c>hub.positions</c> and <c>hub.copies</c>.</summary>
internal sealed class PositionTable(HubSql sql, string dataset, string target)
{
    private const string Where = "WHERE dataset = @dataset AND target = @target";

    /// <summary>Null where the target was never fed.</summary>
    public async ValueTask<TargetState?> ReadAsync(CancellationToken cancellationToken)
    {
        var copies = await sql.QueryAsync(
            $"SELECT source_table, begun, last_key, rows, done, signal, said FROM hub.copies {Where}", ReadCopy, cancellationToken, Parameters());
        var rows = await sql.QueryAsync(
            $"""
            SELECT feed, next, highest, epoch, counter, lineage, applied_ms, paused,
              (SELECT count(*) FROM hub.quarantine {Where}), (SELECT count(*) FROM hub.untold {Where}),
              (SELECT count(*) FROM hub.outbox {Where} AND posted_ms IS NULL)
            FROM hub.positions {Where}
            """,
            reader => new TargetState(
                new FeedPoint(reader.GetString(0), reader.GetInt64(1), ReadPosition(reader.GetString(2))), reader.GetInt64(3), reader.GetInt64(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.IsDBNull(6) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(6)),
                reader.IsDBNull(7) ? null : reader.GetString(7),
                copies.ToImmutableSortedDictionary(copy => copy.Table, copy => copy, StringComparer.Ordinal),
                reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10)),
            cancellationToken, Parameters());
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Raises the epoch; a target that never was fed begins at <paramref name="start"/>.</summary>
    /// <param name="again">It begins there in any case, and takes the next watermark as it comes.</param>
    public async ValueTask TakeAsync(FeedPoint start, bool again, CancellationToken cancellationToken)
    {
        if (again)
        {
            await sql.RunAsync(
                $"UPDATE hub.positions SET feed = @feed, next = @next, highest = @highest, counter = 0, lineage = NULL {Where}", cancellationToken,
                [.. Parameters(), ("feed", start.Feed), ("next", start.Next), ("highest", start.Highest.ToString())]);
        }

        if (await sql.RunAsync(
            """
            INSERT INTO hub.positions(dataset, target, feed, next, highest, epoch) VALUES(@dataset, @target, @feed, @next, @highest, 0)
            ON CONFLICT(dataset, target) DO NOTHING
            """,
            cancellationToken, [.. Parameters(), ("feed", start.Feed), ("next", start.Next), ("highest", start.Highest.ToString())]) == 1)
        {
            foreach (var table in new[] { "copies", "quarantine", "source_rows" })
            {
                await sql.RunAsync($"DELETE FROM hub.{table} {Where}", cancellationToken, Parameters());
            }
        }

        await sql.RunAsync($"UPDATE hub.positions SET epoch = epoch + 1 {Where}", cancellationToken, Parameters());
    }

    /// <summary>Moves the position, under the condition that it stands where this instance left it.</summary>
    public async ValueTask MoveAsync(FeedPoint from, TargetState to, CancellationToken cancellationToken)
    {
        if (await sql.RunAsync(
            $"""
            UPDATE hub.positions SET feed = @feed, next = @next, highest = @highest, counter = @counter, lineage = @lineage, applied_ms = @applied
            {Where} AND next = @from AND epoch = @epoch AND paused IS NULL
            """,
            cancellationToken,
            [.. Parameters(), ("feed", to.Point.Feed), ("next", to.Point.Next), ("highest", to.Point.Highest.ToString()), ("counter", to.Counter),
                ("lineage", to.Lineage), ("applied", to.AppliedAt?.ToUnixTimeMilliseconds()), ("from", from.Next), ("epoch", to.Epoch)]) == 1)
        {
            return;
        }

        var paused = await sql.ScalarAsync($"SELECT paused FROM hub.positions {Where} AND epoch = @epoch", cancellationToken, [.. Parameters(), ("epoch", to.Epoch)]);
        throw paused is string reason
            ? new FeedBrokenException(reason)
            : new FencedException(
                $"Another instance has taken {dataset} over (epoch {to.Epoch} at {from.Next} is not the target's any longer). This one waits, and goes on by itself when the other one is gone.");
    }

    /// <param name="epoch">Only while it is the target's; null: whoever holds it.</param>
    public async ValueTask PauseAsync(string? reason, long? epoch, CancellationToken cancellationToken) => await sql.RunAsync(
        $"UPDATE hub.positions SET paused = @reason {Where} AND epoch = coalesce(@epoch, epoch)", cancellationToken, [.. Parameters(), ("reason", reason), ("epoch", epoch)]);

    public async ValueTask ResumeAsync(CancellationToken cancellationToken) => await sql.RunAsync(
        $"UPDATE hub.positions SET paused = NULL, counter = 0, lineage = NULL {Where}", cancellationToken, Parameters());

    public async ValueTask<(string Lineage, string Key, string Columns, CopyState State)?> ReadCopyAsync(string table, CancellationToken cancellationToken)
    {
        var rows = await sql.QueryAsync(
            $"SELECT source_table, begun, last_key, rows, done, signal, said, lineage, key_mapping, mapping FROM hub.copies {Where} AND source_table = @table",
            reader => (reader.GetString(7), reader.GetString(8), reader.GetString(9), ReadCopy(reader)), cancellationToken, [.. Parameters(), ("table", table)]);
        return rows.Count == 0 ? null : rows[0];
    }

    public async ValueTask AddCopyAsync(string table, string lineage, string key, string columns, CancellationToken cancellationToken) => await sql.RunAsync(
        """
        INSERT INTO hub.copies(dataset, target, source_table, lineage, key_mapping, mapping) VALUES(@dataset, @target, @table, @lineage, @key, @columns)
        """,
        cancellationToken, [.. Parameters(), ("table", table), ("lineage", lineage), ("key", key), ("columns", columns)]);

    public async ValueTask MoveCopyAsync(CopyState copy, CancellationToken cancellationToken) => await sql.RunAsync(
        $"UPDATE hub.copies SET last_key = @key, rows = @rows, begun = @begun, done = @done, signal = @signal, said = @said {Where} AND source_table = @table", cancellationToken,
        [.. Parameters(), ("key", copy.LastKey?.ToJson()), ("rows", copy.Rows), ("begun", copy.Begun), ("done", copy.Done), ("signal", copy.Signal), ("said", copy.Said), ("table", copy.Table)]);

    /// <summary>Each row is written again, and changes go on being applied meanwhile.</summary>
    public async ValueTask CopyAgainAsync(string table, string? columns, CancellationToken cancellationToken) => await sql.RunAsync(
        $"UPDATE hub.copies SET mapping = coalesce(@columns, mapping), last_key = NULL, rows = 0, done = 0, signal = NULL, said = NULL {Where} AND source_table = @table",
        cancellationToken, [.. Parameters(), ("table", table), ("columns", columns)]);

    /// <summary>The same, and whatever the copy before was of.</summary>
    public async ValueTask CopyAnewAsync(string table, string lineage, string key, string columns, CancellationToken cancellationToken) => await sql.RunAsync(
        $"UPDATE hub.copies SET lineage = @lineage, key_mapping = @key, mapping = @columns, last_key = NULL, rows = 0, done = 0, signal = NULL, said = NULL {Where} AND source_table = @table",
        cancellationToken, [.. Parameters(), ("table", table), ("lineage", lineage), ("key", key), ("columns", columns)]);

    private (string, object?)[] Parameters() => [("dataset", dataset), ("target", target)];

    private static CopyState ReadCopy(DbDataReader reader) => new(
        reader.GetString(0), reader.GetInt64(1) != 0, reader.IsDBNull(2) ? null : ChangeRow.Parse(Encoding.UTF8.GetBytes(reader.GetString(2))),
        reader.GetInt64(3), reader.GetInt64(4) != 0)
    {
        Signal = reader.IsDBNull(5) ? null : reader.GetString(5),
        Said = reader.IsDBNull(6) ? null : reader.GetString(6),
    };

    private static Position ReadPosition(string text) => Position.TryParse(text, out var position)
        ? position
        : throw new FeedBrokenException($"The position '{text}' in the target's positions is none: somebody wrote it. Restore the target, or empty it so that it is copied again.");
}
