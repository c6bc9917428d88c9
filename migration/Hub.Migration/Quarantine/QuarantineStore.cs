using System.Text;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Embedded;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Quarantine;

/// <summary>
/// The changes of a target that can't be applied, one entry a source key: later changes of that key are taken into its
/// entry, all other keys flow.
/// </summary>
/// <remarks>
/// An entry keeps the key's net effect: the row as it stands in the target (<c>before</c>) and the newest image (<c>after</c>).
/// Images are whole rows, so each newer one is tried in place of all before it, and heals the key if it can be applied.
/// What waits for other rows (a constraint) is tried again after each batch.
/// </remarks>
internal static class QuarantineStore
{
    public static long Count(SqliteConnection connection, string dataset) =>
        (long)connection.Scalar("SELECT count(*) FROM hub_quarantine WHERE dataset = $dataset", ("$dataset", dataset))!;

    /// <summary>The entry's change, or null where the key doesn't wait.</summary>
    public static ChangeEvent? Find(SqliteConnection connection, string dataset, ChangeEvent change)
    {
        using var command = connection.Prepare(
            $"SELECT {Columns} FROM hub_quarantine WHERE dataset = $dataset AND source_table = $table AND key = $key",
            ("$dataset", dataset), ("$table", change.Table), ("$key", change.Key.ToJson()));
        using var reader = command.ExecuteReader();
        return reader.Read() ? Read(reader) : null;
    }

    /// <summary>The change with what waits before it: from the row that stands in the target to the newest image.</summary>
    public static ChangeEvent Join(ChangeEvent waiting, ChangeEvent newer) => newer with
    {
        Before = waiting.Before,
        Operation = newer.After is null ? ChangeOperation.Delete : waiting.Before is null ? ChangeOperation.Create : ChangeOperation.Update,
    };

    /// <summary>Entries, the oldest first: all, or those that wait for other rows.</summary>
    public static List<ChangeEvent> List(SqliteConnection connection, string dataset, bool all, int count)
    {
        using var command = connection.Prepare(
            $"SELECT {Columns} FROM hub_quarantine WHERE dataset = $dataset AND (waits OR $all) ORDER BY position LIMIT $count",
            ("$dataset", dataset), ("$all", all), ("$count", count));
        using var reader = command.ExecuteReader();
        var entries = new List<ChangeEvent>();
        while (reader.Read())
        {
            entries.Add(Read(reader));
        }

        return entries;
    }

    /// <summary>Entries of a table whose row, as it was or as it is to be, has that text in a column.</summary>
    public static bool Holds(SqliteConnection connection, string dataset, string table, string column, string value) =>
        connection.Scalar(
            """
            SELECT 1 FROM hub_quarantine WHERE dataset = $dataset AND source_table = $table
              AND (json_extract(before, $path) = $value OR json_extract(after, $path) = $value
                   OR CAST(json_extract(before, $path) AS TEXT) = $value OR CAST(json_extract(after, $path) AS TEXT) = $value) LIMIT 1
            """,
            ("$dataset", dataset), ("$table", table), ("$path", $"$.\"{column}\""), ("$value", value)) is not null;

    /// <param name="waits">It failed by a constraint, so other rows may make it possible.</param>
    public static void Put(SqliteConnection connection, string dataset, ChangeEvent change, string reason, bool waits) => connection.Run(
        """
        INSERT INTO hub_quarantine(dataset, source_table, key, first_position, position, ts_ms, before, after, reason, waits, events)
        VALUES($dataset, $table, $key, $position, $position, $ts, $before, $after, $reason, $waits, 1)
        ON CONFLICT DO UPDATE SET events = events + (excluded.position > position), position = excluded.position, ts_ms = excluded.ts_ms,
          after = excluded.after, reason = excluded.reason, waits = excluded.waits
        """,
        ("$dataset", dataset), ("$table", change.Table), ("$key", change.Key.ToJson()), ("$position", change.Position.Major),
        ("$ts", change.SourceTime.ToUnixTimeMilliseconds()), ("$before", change.Before?.ToJson()), ("$after", change.After?.ToJson()),
        ("$reason", reason), ("$waits", waits));

    public static void Remove(SqliteConnection connection, string dataset, ChangeEvent change) => connection.Run(
        "DELETE FROM hub_quarantine WHERE dataset = $dataset AND source_table = $table AND key = $key",
        ("$dataset", dataset), ("$table", change.Table), ("$key", change.Key.ToJson()));

    /// <summary>Some entries in words, for people.</summary>
    public static List<string> Reasons(SqliteConnection connection, string dataset, int count)
    {
        using var command = connection.Prepare(
            "SELECT source_table, key, reason FROM hub_quarantine WHERE dataset = $dataset ORDER BY first_position LIMIT $count",
            ("$dataset", dataset), ("$count", count));
        using var reader = command.ExecuteReader();
        var reasons = new List<string>();
        while (reader.Read())
        {
            reasons.Add($"{reader.GetString(0)} {reader.GetString(1)}: {reader.GetString(2)}");
        }

        return reasons;
    }

    private const string Columns = "source_table, key, position, ts_ms, before, after";

    private static ChangeEvent Read(SqliteDataReader reader)
    {
        var (before, after) = (Row(reader, 4), Row(reader, 5));
        return new ChangeEvent(
            after is null ? ChangeOperation.Delete : before is null ? ChangeOperation.Create : ChangeOperation.Update,
            reader.GetString(0), Row(reader, 1)!, before, after, new Position((ulong)reader.GetInt64(2)),
            DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)));
    }

    private static ChangeRow? Row(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : ChangeRow.Parse(Encoding.UTF8.GetBytes(reader.GetString(column)));
}
