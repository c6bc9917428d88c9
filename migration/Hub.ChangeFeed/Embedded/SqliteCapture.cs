using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Hub.ChangeFeed.Embedded;

/// <summary>
/// Installs the capture in legacy's database: a trigger for each kind of write on each table of a dataset, which puts a
/// Debezium envelope into <c>hub_changes</c> in legacy's own transaction. What legacy rolls back was never there.
/// </summary>
/// <remarks>
/// <para>SQLite has one writer at a time, so the order of <c>seq</c> is the order of commits.</para>
/// <para>
/// Known bounds: <c>INSERT OR REPLACE</c> that takes the place of a row with <i>another</i> primary key (by a further unique
/// index) tells no trigger of that row's end unless legacy has <c>PRAGMA recursive_triggers=ON</c>; legacy's SQLite needs the
/// JSON functions (built in since 3.38); a captured column can't be dropped before the capture is removed.
/// </para>
/// </remarks>
public sealed partial class SqliteCapture(SqliteSource source)
{
    private const string WatermarkTrigger = "hub_watermark_update";
    private static readonly string[] Kinds = ["insert", "update", "rekey", "delete"];

    /// <summary>
    /// Installs what is missing and leaves alone what stands, so that calling it again writes nothing. A table whose triggers
    /// are new draws a new lineage: what was written before them is not in the feed.
    /// </summary>
    public CaptureOutcome Install(string dataset, IReadOnlyList<string> tables)
    {
        using var connection = source.Open();
        var problems = ImmutableArray.CreateBuilder<string>();
        var found = ImmutableArray.CreateBuilder<SqliteTable>();
        foreach (var name in tables)
        {
            if (SqliteTable.Read(connection, name) is not { } table)
            {
                problems.Add($"{source.Path} has no table {name}; it is waited for. Correct the name in the dataset's Tables if it is wrong.");
            }
            else if (table.Key.IsEmpty)
            {
                return CaptureOutcome.Refused(
                    $"{name} has no primary key: a change couldn't be told to belong to a row. Give the table a primary key, or take it out of the dataset's Tables.");
            }
            else
            {
                found.Add(table);
            }
        }

        if (problems.Count > 0)
        {
            return new CaptureOutcome([], ImmutableDictionary<string, string>.Empty, problems.ToImmutable(), Refusal: null);
        }

        var warnings = Warnings(connection, found).ToImmutableArray();
        if (Stands(connection, dataset, found.ToImmutable()) is { } lineages)
        {
            return new CaptureOutcome(found.ToImmutable(), lineages, [], Refusal: null) { Warnings = warnings };
        }

        using var transaction = connection.BeginTransaction();
        connection.Run(CaptureTriggers.Tables);
        foreach (var (column, declaration) in CaptureTriggers.NewColumns)
        {
            if (!HasColumn(connection, column))
            {
                connection.Run($"ALTER TABLE {CaptureTriggers.Watermark} ADD COLUMN {declaration}");
            }
        }

        if (Sql(connection, WatermarkTrigger) != CaptureTriggers.WatermarkTrigger)
        {
            connection.Run($"DROP TRIGGER IF EXISTS {WatermarkTrigger}");
            connection.Run(CaptureTriggers.WatermarkTrigger);
        }

        connection.Run(
            $"INSERT INTO {CaptureTriggers.Watermark}(dataset, counter, ts_ms) VALUES($dataset, 0, 0) ON CONFLICT DO NOTHING", ("$dataset", dataset));
        foreach (var table in found)
        {
            if (Owner(connection, table.Name) is { } owner && owner != dataset)
            {
                return CaptureOutcome.Refused(
                    $"{table.Name} is captured for the dataset {owner}; a table belongs to one dataset. Take it out of one of the two.");
            }

            InstallTriggers(connection, dataset, table);
        }

        // A table that was taken out of the dataset while nobody looked: nobody would prune its changes.
        RemoveOthers(connection, dataset, tables);
        transaction.Commit();
        return new CaptureOutcome(found.ToImmutable(), Lineages(connection, dataset), [], Refusal: null) { Warnings = warnings };
    }

    /// <summary>Removes the capture of a dataset's tables that are not in <paramref name="keep"/>, and what was captured of them.</summary>
    public void Remove(string dataset, IReadOnlyCollection<string> keep)
    {
        using var connection = source.Open();
        if (!HasCapture(connection))
        {
            return;
        }

        using var transaction = connection.BeginTransaction();
        connection.Run(CaptureTriggers.Tables);
        RemoveOthers(connection, dataset, keep);
        if (keep.Count == 0)
        {
            connection.Run($"DELETE FROM {CaptureTriggers.Watermark} WHERE dataset = $dataset", ("$dataset", dataset));
            connection.Run($"DELETE FROM {CaptureTriggers.Slots} WHERE dataset = $dataset", ("$dataset", dataset));
        }

        transaction.Commit();
    }

    /// <summary>Forgets the slots of a dataset's targets that are not in <paramref name="keep"/>: nobody would move them, and the log would wait for them.</summary>
    public void KeepSlots(string dataset, IEnumerable<string> keep)
    {
        using var connection = source.Open();
        if (HasTables(connection))
        {
            connection.Run(
                $"DELETE FROM {CaptureTriggers.Slots} WHERE dataset = $dataset AND target NOT IN ({string.Join(", ", keep.Select(SqliteSql.Literal))})",
                ("$dataset", dataset));
        }
    }

    /// <summary>The datasets that have a capture in this database.</summary>
    public ImmutableArray<string> Datasets()
    {
        using var connection = source.Open();
        if (!HasCapture(connection))
        {
            return [];
        }

        var datasets = ImmutableArray.CreateBuilder<string>();
        using var command = connection.Prepare($"SELECT DISTINCT dataset FROM {CaptureTriggers.Capture} ORDER BY dataset");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            datasets.Add(reader.GetString(0));
        }

        return datasets.ToImmutable();
    }

    private static void RemoveOthers(SqliteConnection connection, string dataset, IEnumerable<string> keep)
    {
        foreach (var table in Lineages(connection, dataset).Keys.Except(keep, StringComparer.Ordinal))
        {
            DropTriggers(connection, table);
            connection.Run($"DELETE FROM {CaptureTriggers.Capture} WHERE \"table\" = $table", ("$table", table));
            connection.Run($"DELETE FROM {CaptureTriggers.Log} WHERE \"table\" = $table", ("$table", table));
        }
    }

    /// <summary>A table whose own rows replace others when they are written tells no trigger of those that go.</summary>
    private static IEnumerable<string> Warnings(SqliteConnection connection, IEnumerable<SqliteTable> tables) => tables
        .Where(table => ReplacesOthers(connection, table))
        .Select(table => $"{table.Name} is declared with ON CONFLICT REPLACE: a row that is replaced by one with another key stays in the targets, "
            + "unless legacy's connections have PRAGMA recursive_triggers=ON. Set it there, or take the clause out of the table.");

    internal static bool ReplacesOthers(SqliteConnection connection, SqliteTable table) =>
        connection.Scalar("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = $name COLLATE NOCASE", ("$name", table.Name)) is string sql
        && ReplacesRows().IsMatch(sql);

    [GeneratedRegex(@"\bON\s+CONFLICT\s+REPLACE\b", RegexOptions.IgnoreCase)]
    private static partial Regex ReplacesRows();

    /// <summary>The lineages where every wanted trigger is there word for word; else null.</summary>
    private static ImmutableDictionary<string, string>? Stands(SqliteConnection connection, string dataset, ImmutableArray<SqliteTable> tables)
    {
        if (!HasTables(connection) || Sql(connection, WatermarkTrigger) != CaptureTriggers.WatermarkTrigger
            || connection.Scalar($"SELECT 1 FROM {CaptureTriggers.Watermark} WHERE dataset = $dataset", ("$dataset", dataset)) is null)
        {
            return null;
        }

        var lineages = Lineages(connection, dataset);
        return lineages.Count == tables.Length && tables.All(table => lineages.ContainsKey(table.Name)
            && CaptureTriggers.For(table).All(trigger => Sql(connection, trigger.Key) == trigger.Value)) ? lineages : null;
    }

    private static void InstallTriggers(SqliteConnection connection, string dataset, SqliteTable table)
    {
        var wanted = CaptureTriggers.For(table);
        if (Owner(connection, table.Name) is not null && wanted.All(trigger => Sql(connection, trigger.Key) == trigger.Value))
        {
            return;
        }

        // Triggers of another shape (a column was added) captured every write too: only missing ones break the line.
        var unbroken = Owner(connection, table.Name) is not null && wanted.Keys.All(name => Sql(connection, name) is not null);
        DropTriggers(connection, table.Name);
        foreach (var trigger in wanted.Values)
        {
            connection.Run(trigger);
        }

        if (!unbroken)
        {
            connection.Run(
                $"INSERT OR REPLACE INTO {CaptureTriggers.Capture}(\"table\", dataset, lineage) VALUES($table, $dataset, $lineage)",
                ("$table", table.Name), ("$dataset", dataset), ("$lineage", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))));
        }
    }

    private static void DropTriggers(SqliteConnection connection, string table)
    {
        foreach (var kind in Kinds)
        {
            connection.Run($"DROP TRIGGER IF EXISTS {SqliteSql.Quote($"hub_{table}_{kind}")}");
        }
    }

    private static bool HasTables(SqliteConnection connection) =>
        (long)connection.Scalar(
            $"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ({string.Join(", ", CaptureTriggers.Names.Select(SqliteSql.Literal))})")! == CaptureTriggers.Names.Length;

    /// <summary>Of this version or of Hub 0.1, which lacked some of the tables.</summary>
    private static bool HasCapture(SqliteConnection connection) =>
        connection.Scalar($"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{CaptureTriggers.Capture}'") is not null;

    private static bool HasColumn(SqliteConnection connection, string column) =>
        connection.Scalar($"SELECT 1 FROM pragma_table_info('{CaptureTriggers.Watermark}') WHERE name = $column", ("$column", column)) is not null;

    private static string? Sql(SqliteConnection connection, string trigger) =>
        connection.Scalar("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = $name", ("$name", trigger)) as string;

    private static string? Owner(SqliteConnection connection, string table) =>
        connection.Scalar($"SELECT dataset FROM {CaptureTriggers.Capture} WHERE \"table\" = $table", ("$table", table)) as string;

    private static ImmutableDictionary<string, string> Lineages(SqliteConnection connection, string dataset)
    {
        var lineages = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        using var command = connection.Prepare(
            $"SELECT \"table\", lineage FROM {CaptureTriggers.Capture} WHERE dataset = $dataset", ("$dataset", dataset));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            lineages.Add(reader.GetString(0), reader.GetString(1));
        }

        return lineages.ToImmutable();
    }
}

/// <summary>What came of installing a capture.</summary>
/// <param name="Tables">The captured tables in the order asked; empty where it waits or is refused.</param>
/// <param name="Lineages">By table: drawn anew whenever its line of changes began anew.</param>
/// <param name="Waiting">What is not there yet, each as a sentence.</param>
/// <param name="Refusal">Why it can't be captured at all, or null.</param>
public sealed record CaptureOutcome(
    ImmutableArray<SqliteTable> Tables,
    ImmutableDictionary<string, string> Lineages,
    ImmutableArray<string> Waiting,
    string? Refusal)
{
    /// <summary>What it can't see, each as a sentence; it is captured all the same.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    internal static CaptureOutcome Refused(string why) => new([], ImmutableDictionary<string, string>.Empty, [], why);
}
