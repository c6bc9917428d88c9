using System.Collections.Immutable;

namespace Hub.ChangeFeed.Embedded;

/// <summary>The SQL that captures a table: what is written into legacy's database, word for word.</summary>
/// <remarks>
/// The envelope is put together as text: <c>json_object</c> takes at most 100 arguments, fails on bytes (and legacy's own
/// write with it) and writes a NUMERIC 19.9 with more digits than were meant.
/// </remarks>
internal static class CaptureTriggers
{
    public const string Log = "hub_changes";
    public const string Watermark = "hub_watermark";
    public const string Capture = "hub_capture";
    public const string Identity = "hub_log";
    public const string Slots = "hub_slots";

    /// <summary>All of the hub's own tables.</summary>
    public static readonly string[] Names = [Log, Watermark, Capture, Identity, Slots];

    // julianday: the newer unixepoch('subsec') is unknown to the SQLite that an old shop is linked with.
    private const string Now = "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)";

    /// <summary>The hub's own tables in legacy's file.</summary>
    public static string Tables { get; } =
        $"""
        CREATE TABLE IF NOT EXISTS {Log}(
          seq INTEGER PRIMARY KEY AUTOINCREMENT, "table" TEXT NOT NULL, ts_ms INTEGER NOT NULL, key TEXT NOT NULL, envelope TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS {Watermark}(
          dataset TEXT PRIMARY KEY NOT NULL, counter INTEGER NOT NULL, ts_ms INTEGER NOT NULL, pruned INTEGER NOT NULL DEFAULT 0,
          lineage TEXT NOT NULL DEFAULT '', mark TEXT);
        CREATE TABLE IF NOT EXISTS {Capture}("table" TEXT PRIMARY KEY NOT NULL, dataset TEXT NOT NULL, lineage TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS {Identity}(id TEXT NOT NULL);
        INSERT INTO {Identity} SELECT lower(hex(randomblob(8))) WHERE NOT EXISTS (SELECT 1 FROM {Identity});
        CREATE TABLE IF NOT EXISTS {Slots}(dataset TEXT NOT NULL, target TEXT NOT NULL, next INTEGER NOT NULL, PRIMARY KEY(dataset, target));
        """;

    /// <summary>The columns that a capture of Hub 0.1 lacks, each with its declaration.</summary>
    public static readonly (string Column, string Declaration)[] NewColumns = [("lineage", "lineage TEXT NOT NULL DEFAULT ''"), ("mark", "mark TEXT")];

    /// <summary>A table's triggers by name. A change of key is a delete and a create (CDC.md).</summary>
    public static ImmutableSortedDictionary<string, string> For(SqliteTable table)
    {
        var changed = string.Join(" OR ", table.Key.Select(SqliteSql.Quote).Select(
            column => $"OLD.{column} IS NOT NEW.{column} COLLATE BINARY"));
        return new Dictionary<string, string>
        {
            [$"hub_{table.Name}_insert"] = Trigger("insert", "AFTER INSERT", "", Write(table, "c", null, "NEW")),
            [$"hub_{table.Name}_update"] = Trigger("update", "AFTER UPDATE", $"WHEN NOT ({changed})", Write(table, "u", "OLD", "NEW")),
            [$"hub_{table.Name}_rekey"] = Trigger(
                "rekey", "AFTER UPDATE", $"WHEN {changed}", Write(table, "d", "OLD", null) + Write(table, "c", null, "NEW")),
            [$"hub_{table.Name}_delete"] = Trigger("delete", "AFTER DELETE", "", Write(table, "d", "OLD", null)),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

        string Trigger(string name, string when, string condition, string body) =>
            $"CREATE TRIGGER {SqliteSql.Quote($"hub_{table.Name}_{name}")} {when} ON {SqliteSql.Quote(table.Name)} {condition} BEGIN {body}END";
    }

    /// <summary>The watermark's own trigger: its row stands in the feed like any other.</summary>
    public static string WatermarkTrigger { get; } =
        $$"""
        CREATE TRIGGER hub_watermark_update AFTER UPDATE OF counter ON {{Watermark}} BEGIN
          INSERT INTO {{Log}}("table", ts_ms, key, envelope) VALUES('{{Watermark}}', NEW.ts_ms, '{"dataset":' || json_quote(NEW.dataset) || '}',
            '{"op":"u","before":null,"after":{"dataset":' || json_quote(NEW.dataset) || ',"counter":' || NEW.counter || ',"ts_ms":' || NEW.ts_ms
            || ',"lineage":' || json_quote(NEW.lineage) || ',"mark":' || coalesce(json_quote(NEW.mark), 'null')
            || '},"source":{"connector":"hub-sqlite","table":"{{Watermark}}","ts_ms":' || NEW.ts_ms || '},"ts_ms":' || NEW.ts_ms || '}');
        END
        """;

    /// <summary>An expression that makes a row's JSON; copied rows are read by the same, so that both ways write a value alike.</summary>
    /// <param name="row"><c>OLD</c>, <c>NEW</c> or the table's name in quotes.</param>
    public static string Image(IEnumerable<SqliteColumn> columns, string row) =>
        "'{' || " + string.Join(" || ',' || ", columns.Select(
            column => $"{SqliteSql.Literal(JsonName(column.Name))} || {Value(column, $"{row}.{SqliteSql.Quote(column.Name)}")}")) + " || '}'";

    /// <summary>An expression for the JSON of the row's key.</summary>
    public static string KeyImage(SqliteTable table, string row) =>
        Image(table.Key.Select(name => table.Columns.First(column => column.Name == name)), row);

    private static string Write(SqliteTable table, string op, string? before, string? after)
    {
        var source = $$""","source":{"connector":"hub-sqlite","table":{{JsonText(table.Name)}},"ts_ms":""";
        return $$"""
            INSERT INTO {{Log}}("table", ts_ms, key, envelope) VALUES({{SqliteSql.Literal(table.Name)}}, {{Now}}, {{KeyImage(table, after ?? before!)}},
              '{"op":"{{op}}","before":' || {{ImageOrNull(before)}} || ',"after":' || {{ImageOrNull(after)}} || {{SqliteSql.Literal(source)}} || {{Now}} || '},"ts_ms":' || {{Now}} || '}');

            """;

        string ImageOrNull(string? row) => row is null ? "'null'" : Image(table.Columns, row);
    }

    private static string JsonName(string name) => $"{JsonText(name)}:";

    private static string JsonText(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private static string Value(SqliteColumn column, string x) =>
        $"CASE typeof({x}) WHEN 'null' THEN 'null' WHEN 'integer' THEN CAST({x} AS TEXT) WHEN 'text' THEN json_quote({x}) "
        + $"WHEN 'real' THEN CASE WHEN abs({x}) > 1.7976931348623157e308 THEN json_quote(printf('%!.15g', {x})) "
        + (column.IsReal ? $"WHEN CAST(printf('%!.15g', {x}) AS REAL) <> {x} THEN printf('%!.17g', {x}) " : "")
        + $"ELSE printf('%!.15g', {x}) END "
        + $"ELSE '{{\"$hex\":\"' || lower(hex({x})) || '\"}}' END";
}
