using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Sources;
using Microsoft.Data.Sqlite;

namespace Hub.ChangeFeed.Embedded;

/// <summary>
/// Legacy's SQLite database, opened beside legacy itself. Its settings (journal mode, synchronous) stay as legacy chose
/// them, and a file that isn't there is not made.
/// </summary>
/// <remarks>
/// Each call opens a connection of its own: SQLite's are cheap, and none is held while nobody asks. Watermarks and the
/// lineage stand in what <see cref="SqliteCapture"/> installs; rows can be read without.
/// </remarks>
/// <param name="path">The database file.</param>
public sealed class SqliteSource(string path) : ISourceDatabase
{
    private const int Sampled = 200;
    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = System.IO.Path.GetFullPath(path),
        Mode = SqliteOpenMode.ReadWrite,
        // A pooled connection would hold the file after legacy is gone.
        Pooling = false,
    }.ToString();

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string Name => Path;

    /// <exception cref="SqliteException">The file is not there or is no database.</exception>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Run("PRAGMA busy_timeout=30000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public Task<ImmutableArray<DatabaseTable>> DescribeAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        using var connection = Open();
        return Task.FromResult<ImmutableArray<DatabaseTable>>(
            [.. tables.Select(name => SqliteTable.Read(connection, name)).OfType<SqliteTable>().Select(table => table.Describe())]);
    }

    public Task<ImmutableArray<SourceFinding>> InspectAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path))
        {
            return Task.FromResult<ImmutableArray<SourceFinding>>([new(true, $"there is no {Path}", "correct Source.Sqlite")]);
        }

        using var connection = Open();
        var findings = ImmutableArray.CreateBuilder<SourceFinding>();
        foreach (var name in tables)
        {
            if (SqliteTable.Read(connection, name) is not { } table)
            {
                findings.Add(new(true, $"{Path} has no table {name}", "correct the name in the dataset's Tables"));
            }
            else if (table.Key.IsEmpty)
            {
                findings.Add(new(true, $"{name} has no primary key: a change couldn't be told to belong to a row", "give it a primary key, or take it out of the dataset's Tables"));
            }
            else if (SqliteCapture.ReplacesOthers(connection, table))
            {
                findings.Add(new(
                    false, $"{name} is declared with ON CONFLICT REPLACE: a row that is replaced by one with another key stays in the targets",
                    "let legacy's connections say PRAGMA recursive_triggers=ON, or take the clause out of the table"));
            }
        }

        return Task.FromResult(findings.ToImmutable());
    }

    /// <summary>The id of the capture's log: a log that was made anew begins another line of changes.</summary>
    /// <exception cref="InvalidOperationException">Nothing is captured in this file.</exception>
    public Task<string> ReadLineageAsync(CancellationToken cancellationToken)
    {
        using var connection = Open();
        return Task.FromResult(LogId(connection));
    }

    /// <exception cref="InvalidOperationException">The dataset is not captured in this file.</exception>
    public Task<long> WriteWatermarkAsync(string dataset, string lineage, string? mark, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var connection = Open();
        return Task.FromResult(connection.Scalar(
            $"UPDATE {CaptureTriggers.Watermark} SET counter = counter + 1, ts_ms = $now, lineage = $lineage, mark = $mark WHERE dataset = $dataset RETURNING counter",
            ("$now", now.ToUnixTimeMilliseconds()), ("$lineage", lineage), ("$mark", mark), ("$dataset", dataset)) as long?
            ?? throw new InvalidOperationException($"{dataset} is not captured in {Path} any longer."));
    }

    public Task<ImmutableArray<ChangeRow>> ReadChunkAsync(
        DatabaseTable table, ChangeRow? after, ChangeRow? upTo, int rows, CancellationToken cancellationToken)
    {
        using var connection = Open();
        var key = string.Join(", ", table.Key.Select(SqliteSql.Quote));
        var bounds = new[] { (after, "after", ">"), (upTo, "upto", "<=") }.Where(bound => bound.Item1 is not null)
            .Select(bound => $"({key}) {bound.Item3} ({string.Join(", ", table.Key.Select((_, i) => $"${bound.Item2}{i}"))})").ToList();
        using var command = connection.Prepare(
            $"SELECT {Image(connection, table)} FROM {SqliteSql.Quote(table.Name)} {(bounds.Count == 0 ? "" : $"WHERE {string.Join(" AND ", bounds)}")} ORDER BY {key} LIMIT $rows",
            ("$rows", rows));
        AddKey(command, table, after, "after");
        AddKey(command, table, upTo, "upto");
        return Task.FromResult(Read(command, cancellationToken));
    }

    public Task<ImmutableArray<ChangeRow>> ReadRowsAsync(DatabaseTable table, IReadOnlyList<ChangeRow> keys, CancellationToken cancellationToken)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(deferred: true);
        var found = ImmutableArray.CreateBuilder<ChangeRow>();
        using var command = connection.Prepare(
            $"SELECT {Image(connection, table)} FROM {SqliteSql.Quote(table.Name)} WHERE {string.Join(" AND ", table.Key.Select((column, i) => $"{SqliteSql.Quote(column)} IS $key{i}"))}");
        foreach (var key in keys)
        {
            command.Parameters.Clear();
            AddKey(command, table, key, "key", nulls: true);
            found.AddRange(Read(command, cancellationToken));
        }

        return Task.FromResult(found.ToImmutable());
    }

    /// <summary>SQLite keeps no count: the newest row's number where keys are such numbers, otherwise what ANALYZE left; null where there is neither.</summary>
    public Task<long?> EstimateRowsAsync(DatabaseTable table, CancellationToken cancellationToken)
    {
        using var connection = Open();
        try
        {
            return Task.FromResult(connection.Scalar($"SELECT max(rowid) - min(rowid) + 1 FROM {SqliteSql.Quote(table.Name)}") as long? ?? 0L as long?);
        }
        catch (SqliteException)
        {
            // WITHOUT ROWID. What ANALYZE left begins with the number of rows; most shops never ran it.
            return Task.FromResult(
                connection.Scalar("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'") is not null
                && connection.Scalar("SELECT stat FROM sqlite_stat1 WHERE tbl = $table LIMIT 1", ("$table", table.Name)) is string stat
                && long.TryParse(stat.Split(' ')[0], CultureInfo.InvariantCulture, out var rows) ? rows : (long?)null);
        }
    }

    /// <summary>The log's rows at the size of its newest ones, beside what is free on the disk.</summary>
    public Task<SourceLog> ReadLogAsync(CancellationToken cancellationToken)
    {
        using var connection = Open();
        var kept = connection.Scalar(
            $"""
            SELECT (SELECT max(seq) - min(seq) + 1 FROM {CaptureTriggers.Log})
              * (SELECT avg(length(key) + length(envelope)) FROM (SELECT key, envelope FROM {CaptureTriggers.Log} ORDER BY seq DESC LIMIT {Sampled}))
            """) as double? ?? 0;
        return Task.FromResult(new SourceLog((long)kept, (long)kept + new DriveInfo(Path).AvailableFreeSpace));
    }

    /// <summary>How many of a dataset's changes stand after a position, at most as many as asked.</summary>
    public long CountBehind(IReadOnlyList<string> tables, long after, int most)
    {
        using var connection = Open();
        return (long)connection.Scalar(
            $"SELECT count(*) FROM (SELECT 1 FROM {CaptureTriggers.Log} WHERE seq > $after AND \"table\" IN ({string.Join(", ", tables.Select(SqliteSql.Literal))}) LIMIT $most)",
            ("$after", after), ("$most", most))!;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static string LogId(SqliteConnection connection) =>
        connection.Scalar($"SELECT 1 FROM sqlite_master WHERE name = '{CaptureTriggers.Identity}'") is not null
        && connection.Scalar($"SELECT id FROM {CaptureTriggers.Identity}") is string id
            ? id
            : throw new InvalidOperationException($"Nothing is captured in {connection.DataSource} yet.");

    /// <summary>The same expression as the triggers': a copied row is letter for letter what a change would have brought.</summary>
    private static string Image(SqliteConnection connection, DatabaseTable table) => SqliteTable.Read(connection, table.Name) is { } now
        ? CaptureTriggers.Image(now.Columns, SqliteSql.Quote(table.Name))
        : throw new InvalidOperationException($"{table.Name} is gone from {connection.DataSource}.");

    private static void AddKey(SqliteCommand command, DatabaseTable table, ChangeRow? key, string name, bool nulls = false)
    {
        for (var i = 0; key is not null && i < table.Key.Length; i++)
        {
            if ((!key.TryGet(table.Key[i], out var value) || value.Kind == ChangeValueKind.Null) && !nulls)
            {
                throw new FeedBrokenException(
                    $"{table.Name} has a row with a null in its primary key ({key}): the rows after it can't be told apart. Give it a key in the source, then resume the dataset.");
            }

            command.Parameters.AddWithValue($"${name}{i}", Parameter(value));
        }
    }

    private static ImmutableArray<ChangeRow> Read(SqliteCommand command, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<ChangeRow>();
        var shape = new RowReader();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(shape.Read(Encoding.UTF8.GetBytes(reader.GetString(0))));
        }

        return rows.ToImmutable();
    }

    private static object Parameter(ChangeValue value) => value.Kind switch
    {
        ChangeValueKind.Null => DBNull.Value,
        ChangeValueKind.Number when long.TryParse(value.Text, CultureInfo.InvariantCulture, out var whole) => whole,
        ChangeValueKind.Number => double.Parse(value.Text!, CultureInfo.InvariantCulture),
        ChangeValueKind.Bytes => Convert.FromHexString(value.Text!),
        _ => value.Text!,
    };
}
