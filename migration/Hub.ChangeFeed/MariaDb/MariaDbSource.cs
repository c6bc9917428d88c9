using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Hub.ChangeFeed.Sources;
using MySqlConnector;

namespace Hub.ChangeFeed.MariaDb;

/// <summary>Legacy's MariaDB, beside the Debezium connector that reads its binlog. MySQL is read by the same SQL, and was not run here.</summary>
public sealed class MariaDbSource : ISourceDatabase, ISignalTable
{
    private const int KeysAtOnce = 500;
    private const int AccessDenied = 1227;
    private const int NoBinaryLog = 1381;

    private readonly MySqlDataSource _database;
    private readonly string _schema;
    private readonly ConditionalWeakTable<DatabaseTable, TableReading> _readings = [];

    /// <param name="connectionString">MySqlConnector's, with the password.</param>
    /// <param name="schema">The database of tables that are named without one, and of <c>hub_watermark</c>. Null: the connection's.</param>
    public MariaDbSource(string connectionString, string? schema = null)
    {
        var builder = new MySqlConnectionStringBuilder(connectionString) { CharacterSet = "utf8mb4", AutoEnlist = false };
        Name = $"{builder.Server}/{builder.Database}";
        _schema = schema ?? builder.Database;
        _database = new MySqlDataSourceBuilder(builder.ConnectionString)
            .UseConnectionOpenedCallback(static async (context, cancellationToken) =>
            {
                // Texts of values must not hang on how the server or the role is set.
                await using var command = new MySqlCommand(
                    "set session time_zone = '+00:00', sql_mode = '', group_concat_max_len = 1048576; set session transaction isolation level repeatable read", context.Connection);
                await command.ExecuteNonQueryAsync(cancellationToken);
            })
            .Build();
    }

    public string Name { get; }

    /// <summary>
    /// What the role needs in the source, and the table that Hub writes: run by whoever may make tables. The Debezium connector's own
    /// grants come beside it.
    /// </summary>
    public static string InstallScript(string schema, string? role = null) =>
        $"""
        create table if not exists {MariaDbCatalog.Quote(schema)}.{Watermark.Table} (
            dataset varchar(190) character set utf8mb4 collate utf8mb4_bin primary key, counter bigint not null, ts_ms bigint not null,
            lineage varchar(255) not null, mark varchar(1000)) engine = InnoDB;

        """ + (role is null ? "" : $"grant select, insert, update on {MariaDbCatalog.Quote(schema)}.{Watermark.Table} to {role};\n");

    public async Task<ImmutableArray<DatabaseTable>> DescribeAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var described = ImmutableArray.CreateBuilder<DatabaseTable>(tables.Count);
        foreach (var table in tables)
        {
            if (await MariaDbCatalog.DescribeAsync(connection, table, _schema, cancellationToken) is { } there)
            {
                described.Add(there);
            }
        }

        return described.DrainToImmutable();
    }

    public async Task<ImmutableArray<SourceFinding>> InspectAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        return await MariaDbInspection.RunAsync(connection, tables, _schema, cancellationToken);
    }

    /// <summary>MySQL's and newer MariaDB's own id; else its id in replication. A binlog that begins anew is told by positions that fall.</summary>
    public async Task<string> ReadLineageAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var variables = await MariaDbInspection.VariablesAsync(connection, cancellationToken);
        return variables.TryGetValue("server_uuid", out var uuid) ? uuid
            : variables.TryGetValue("server_uid", out var uid) ? $"{uid}/{variables["server_id"]}"
            : $"{variables["hostname"]}:{variables["port"]}/{variables.GetValueOrDefault("gtid_domain_id")}-{variables["server_id"]}";
    }

    public async Task<long> WriteWatermarkAsync(string dataset, string lineage, string? mark, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var command = new MySqlCommand(
            $"""
            insert into {MariaDbCatalog.Quote(_schema)}.{Watermark.Table} (dataset, counter, ts_ms, lineage, mark) values (@dataset, 1, @at, @lineage, @mark)
            on duplicate key update counter = last_insert_id(counter + 1), ts_ms = values(ts_ms), lineage = values(lineage), mark = values(mark)
            """, connection);
        command.Parameters.AddWithValue("@dataset", dataset);
        command.Parameters.AddWithValue("@at", now.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("@lineage", lineage);
        command.Parameters.AddWithValue("@mark", mark);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1 ? 1 : command.LastInsertedId;
    }

    public async Task<bool> SignalAsync(string table, string id, string type, string? data, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var command = new MySqlCommand(
            $"insert ignore into {MariaDbCatalog.Quote(_schema)}.{MariaDbCatalog.Quote(table)} (id, type, data) values (@id, @type, @data)", connection);
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@type", type);
        command.Parameters.AddWithValue("@data", data);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public async Task<ImmutableArray<ChangeRow>> ReadChunkAsync(
        DatabaseTable table, ChangeRow? after, ChangeRow? upTo, int rows, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var reading = await ReadingOfAsync(connection, table, cancellationToken);
        var read = ImmutableArray.CreateBuilder<ChangeRow>(Math.Min(rows, 20_000));
        await ReadAsync(connection, reading.Chunk(after, upTo, rows), table, reading.Names, read, cancellationToken);
        return read.DrainToImmutable();
    }

    public async Task<ImmutableArray<ChangeRow>> ReadRowsAsync(DatabaseTable table, IReadOnlyList<ChangeRow> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var reading = await ReadingOfAsync(connection, table, cancellationToken);
        var read = ImmutableArray.CreateBuilder<ChangeRow>(keys.Count);
        foreach (var some in keys.Chunk(KeysAtOnce))
        {
            await ReadAsync(connection, reading.Rows(some), table, reading.Names, read, cancellationToken);
        }

        return read.DrainToImmutable();
    }

    public async Task<long?> EstimateRowsAsync(DatabaseTable table, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var (own, name) = MariaDbCatalog.Split(table.Name, _schema);
        await using var command = MariaDbCatalog.Command(connection, "select table_rows from information_schema.tables where table_schema = @own and table_name = @name", own, name);
        return await command.ExecuteScalarAsync(cancellationToken) is { } rows and not DBNull ? Convert.ToInt64(rows, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>All binlog files: the server keeps them by age, not by who has read them.</summary>
    public async Task<SourceLog> ReadLogAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var command = new MySqlCommand("show binary logs", connection);
        var kept = 0L;
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                kept += reader.GetInt64(1);
            }
        }
        catch (MySqlException e) when (e.Number is AccessDenied or NoBinaryLog)
        {
            // Without BINLOG MONITOR (REPLICATION CLIENT) it doesn't say; InspectAsync tells of it.
            return new SourceLog(null, null);
        }

        var bound = (await MariaDbInspection.VariablesAsync(connection, cancellationToken)).GetValueOrDefault("max_binlog_total_size");
        return new SourceLog(kept, long.TryParse(bound, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : null);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static async Task ReadAsync(
        MySqlConnection connection, string sql, DatabaseTable table, ColumnNames names, ImmutableArray<ChangeRow>.Builder rows, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var values = new ChangeValue[table.Columns.Length];
            for (var i = 0; i < values.Length; i++)
            {
                if (!reader.IsDBNull(i))
                {
                    values[i] = MariaDbText.Read(table.Columns[i], reader.GetString(i));
                }
            }

            rows.Add(new ChangeRow(names, values));
        }
    }

    private async Task<TableReading> ReadingOfAsync(MySqlConnection connection, DatabaseTable table, CancellationToken cancellationToken)
    {
        if (!_readings.TryGetValue(table, out var reading))
        {
            reading = await TableReading.OfAsync(connection, table, _schema, cancellationToken);
            _readings.AddOrUpdate(table, reading);
        }

        return reading;
    }
}
