using System.Data.Common;
using System.Text;
using Hub.ChangeFeed;
using Hub.Migration.Applying;

namespace Hub.Migration.Quarantine;

/// <summary>
/// The changes of a target that can't be applied, one entry a source key, in <c>hub.quarantine</c>: later changes of that key are
/// taken into its entry, all other keys flow.
/// </summary>
/// <remarks>
/// An entry keeps the key's net effect: the row as it stands in the target (<c>before</c>) and the newest image (<c>after</c>).
/// Images are whole rows, so each newer one is tried in place of all before it, and heals the key if it can be applied.
/// What waits for other rows (a constraint) is tried again after a batch.
/// </remarks>
internal sealed class QuarantineTable(HubSql sql, string dataset, string target)
{
    private const string Columns = "id, source_table, key, first_position, position, ts_ms, before, after, reason, waits, events";
    private const string Where = "WHERE dataset = @dataset AND target = @target";

    /// <summary>The entry, or null where the key doesn't wait.</summary>
    public async ValueTask<QuarantineEntry?> FindAsync(string table, string key, CancellationToken cancellationToken)
    {
        var found = await sql.QueryAsync(
            $"SELECT {Columns} FROM hub.quarantine {Where} AND source_table = @table AND key = @key", Read, cancellationToken, [.. Parameters(), ("table", table), ("key", key)]);
        return found.Count == 0 ? null : found[0];
    }

    public async ValueTask<QuarantineEntry?> FindAsync(long id, CancellationToken cancellationToken)
    {
        var found = await sql.QueryAsync($"SELECT {Columns} FROM hub.quarantine {Where} AND id = @id", Read, cancellationToken, [.. Parameters(), ("id", id)]);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Entries in the order in which their keys began to wait.</summary>
    public ValueTask<List<QuarantineEntry>> ListAsync(long after, int count, bool waiting, CancellationToken cancellationToken) => sql.QueryAsync(
        $"SELECT {Columns} FROM hub.quarantine {Where} AND id > @after {(waiting ? "AND waits = 1" : "")} ORDER BY id LIMIT @count", Read, cancellationToken,
        [.. Parameters(), ("after", after), ("count", (long)count)]);

    public ValueTask<List<QuarantineEntry>> ListAsync(string table, CancellationToken cancellationToken) => sql.QueryAsync(
        $"SELECT {Columns} FROM hub.quarantine {Where} AND source_table = @table ORDER BY id", Read, cancellationToken, [.. Parameters(), ("table", table)]);

    /// <param name="change">From the row that stands in the target to the newest image.</param>
    /// <param name="waits">It failed by a constraint, so other rows may make it possible.</param>
    public async ValueTask PutAsync(ChangeEvent change, string reason, bool waits, CancellationToken cancellationToken) => await sql.RunAsync(
        """
        INSERT INTO hub.quarantine AS entry(dataset, target, source_table, key, first_position, position, ts_ms, before, after, reason, waits, events)
        VALUES(@dataset, @target, @table, @key, @position, @position, @ts, @before, @after, @reason, @waits, 1)
        ON CONFLICT(dataset, target, source_table, key) DO UPDATE SET
          events = entry.events + CASE WHEN excluded.position <> entry.position THEN 1 ELSE 0 END, position = excluded.position,
          ts_ms = excluded.ts_ms, after = excluded.after, reason = excluded.reason, waits = excluded.waits
        """,
        cancellationToken,
        [.. Parameters(), ("table", change.Table), ("key", change.Key.ToJson()), ("position", change.Position.ToString()),
            ("ts", change.SourceTime.ToUnixTimeMilliseconds()), ("before", change.Before?.ToJson()), ("after", change.After?.ToJson()),
            ("reason", reason), ("waits", waits)]);

    public async ValueTask RemoveAsync(string table, string key, CancellationToken cancellationToken) => await sql.RunAsync(
        $"DELETE FROM hub.quarantine {Where} AND source_table = @table AND key = @key", cancellationToken, [.. Parameters(), ("table", table), ("key", key)]);

    /// <summary>A truncate voids all that waits of its table.</summary>
    public async ValueTask ClearAsync(string table, CancellationToken cancellationToken) => await sql.RunAsync(
        $"DELETE FROM hub.quarantine {Where} AND source_table = @table", cancellationToken, [.. Parameters(), ("table", table)]);

    /// <summary>The change with what waits before it: from the row that stands in the target to the newest image.</summary>
    public static ChangeEvent Join(ChangeEvent waiting, ChangeEvent newer) => newer with
    {
        Before = waiting.Before,
        After = newer.After is { } after ? Fill(after, waiting.After) : null,
        Operation = newer.After is null ? ChangeOperation.Delete : newer.Operation == ChangeOperation.Read ? ChangeOperation.Read
            : waiting.Before is null ? ChangeOperation.Create : ChangeOperation.Update,
    };

    /// <summary>What the newer image doesn't say, the one that waits may.</summary>
    private static ChangeRow Fill(ChangeRow newer, ChangeRow? waiting)
    {
        if (waiting is null || !newer.Values.Contains(ChangeValue.Unknown))
        {
            return newer;
        }

        var values = newer.Values.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Kind == ChangeValueKind.Unknown && waiting.TryGet(newer.Names.Names[i], out var known))
            {
                values[i] = known;
            }
        }

        return new ChangeRow(newer.Names, values);
    }

    private (string, object?)[] Parameters() => [("dataset", dataset), ("target", target)];

    private static QuarantineEntry Read(DbDataReader reader)
    {
        var (before, after) = (Row(reader, 6), Row(reader, 7));
        var change = new ChangeEvent(
            after is null ? ChangeOperation.Delete : before is null ? ChangeOperation.Create : ChangeOperation.Update,
            reader.GetString(1), Row(reader, 2)!, before, after, At(reader.GetString(4)), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5)));
        return new QuarantineEntry(reader.GetInt64(0), change, At(reader.GetString(3)), reader.GetString(8), reader.GetInt64(9) != 0, reader.GetInt64(10));
    }

    private static Position At(string text) => Position.TryParse(text, out var position) ? position : default;

    private static ChangeRow? Row(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : ChangeRow.Parse(Encoding.UTF8.GetBytes(reader.GetString(column)));
}
