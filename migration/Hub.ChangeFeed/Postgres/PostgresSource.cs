using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Hub.ChangeFeed.Sources;
using Npgsql;
using NpgsqlTypes;

namespace Hub.ChangeFeed.Postgres;

/// <summary>Legacy's PostgreSQL, 13 or later, beside its feed: whichever way that comes, embedded or by Debezium.</summary>
/// <remarks>Connect to the primary itself: a pooler that shares sessions takes neither the settings nor a replication stream.</remarks>
public sealed class PostgresSource : ISourceDatabase, ISignalTable
{
    private const int KeysAtOnce = 1_000;

    private readonly NpgsqlDataSource _database;
    private readonly string _schema;
    private readonly ImmutableArray<string> _slots;
    private readonly bool _replicates;
    private readonly ConditionalWeakTable<DatabaseTable, TableReading> _readings = [];

    /// <param name="connectionString">Npgsql's, with the password.</param>
    /// <param name="schema">The schema of tables that are named without one, and of <c>hub_watermark</c>.</param>
    /// <param name="slots">The replication slots whose log <see cref="ReadLogAsync"/> tells of: the feed's, or the Debezium connector's.</param>
    /// <param name="replicates">Whether this login reads the log itself; otherwise a Debezium connector's does.</param>
    public PostgresSource(string connectionString, string schema = "public", IEnumerable<string>? slots = null, bool replicates = true)
    {
        _replicates = replicates;
        var builder = PostgresSession.Of(connectionString);
        Name = $"{builder.Host}/{builder.Database}";
        ConnectionString = connectionString;
        _database = NpgsqlDataSource.Create(builder);
        _schema = schema;
        _slots = [.. slots ?? []];
    }

    public string Name { get; }

    internal string ConnectionString { get; }

    internal string Schema => _schema;

    internal NpgsqlDataSource Database => _database;

    public async Task<ImmutableArray<DatabaseTable>> DescribeAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var described = ImmutableArray.CreateBuilder<DatabaseTable>(tables.Count);
        foreach (var table in tables)
        {
            if (await PostgresCatalog.DescribeAsync(connection, table, _schema, cancellationToken) is { } there)
            {
                described.Add(there);
            }
        }

        return described.DrainToImmutable();
    }

    public async Task<ImmutableArray<SourceFinding>> InspectAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        return await PostgresInspection.RunAsync(connection, tables, _schema, _replicates, cancellationToken);
    }

    public async Task<string> ReadLineageAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            "select system_identifier::text || '/' || ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int from pg_control_system()");
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<long> WriteWatermarkAsync(string dataset, string lineage, string? mark, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            $"""
            insert into {PostgresSession.Quote(_schema)}.{Watermark.Table} as w (dataset, counter, ts_ms, lineage, mark) values ($1, 1, $2, $3, $4)
            on conflict (dataset) do update set counter = w.counter + 1, ts_ms = excluded.ts_ms, lineage = excluded.lineage, mark = excluded.mark
            returning counter
            """);
        command.Parameters.Add(new() { Value = dataset });
        command.Parameters.Add(new() { Value = now.ToUnixTimeMilliseconds() });
        command.Parameters.Add(new() { Value = lineage });
        command.Parameters.Add(new() { Value = (object?)mark ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<bool> SignalAsync(string table, string id, string type, string? data, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            $"insert into {PostgresSession.Quote(_schema)}.{PostgresSession.Quote(table)} (id, type, data) values ($1, $2, $3) on conflict (id) do nothing");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = type });
        command.Parameters.Add(new() { Value = (object?)data ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Whether a publication holds a table: what it doesn't hold, no reader of it is told of.</summary>
    public async Task<bool> IsPublishedAsync(string publication, string table, CancellationToken cancellationToken)
    {
        var (schema, name) = PostgresCatalog.Split(table, _schema);
        await using var command = _database.CreateCommand(
            "select exists (select from pg_publication_tables where pubname = $1 and schemaname = $2 and tablename = $3)");
        command.Parameters.Add(new() { Value = publication });
        command.Parameters.Add(new() { Value = schema });
        command.Parameters.Add(new() { Value = name });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<ImmutableArray<ChangeRow>> ReadChunkAsync(
        DatabaseTable table, ChangeRow? after, ChangeRow? upTo, int rows, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var reading = await ReadingOfAsync(connection, table, cancellationToken);
        await CommitsInSight.WaitAsync(connection, reading.From, cancellationToken);
        return await CopyRows.ReadAsync(connection, reading.Chunk(after, upTo, rows), reading.Names, reading.Types, cancellationToken);
    }

    /// <summary>The rows that <see cref="ReadChunkAsync"/> reads, in the same order, with no value made of them.</summary>
    public async Task<BinaryRows> ReadBinaryChunkAsync(
        DatabaseTable table, IReadOnlyList<BinaryColumn> columns, ChangeRow? after, int rows, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var reading = await ReadingOfAsync(connection, table, cancellationToken);
        return await BinaryRows.ReadAsync(connection, reading.Chunk(columns, after, rows), cancellationToken);
    }

    /// <summary>What makes canonical values of a column's texts.</summary>
    public static CanonicalReader ReaderOf(DatabaseColumn column)
    {
        var type = PostgresType.Of(column.Declared, column.Type == ColumnType.Enum);
        return text => PostgresText.Read(type, text);
    }

    public async Task<ImmutableArray<ChangeRow>> ReadRowsAsync(DatabaseTable table, IReadOnlyList<ChangeRow> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var reading = await ReadingOfAsync(connection, table, cancellationToken);
        await CommitsInSight.WaitAsync(connection, reading.From, cancellationToken);
        var rows = ImmutableArray.CreateBuilder<ChangeRow>(keys.Count);
        foreach (var some in keys.Chunk(KeysAtOnce))
        {
            rows.AddRange(await CopyRows.ReadAsync(connection, reading.Rows(some), reading.Names, reading.Types, cancellationToken));
        }

        return rows.DrainToImmutable();
    }

    public async Task<long?> EstimateRowsAsync(DatabaseTable table, CancellationToken cancellationToken)
    {
        var (schema, name) = PostgresCatalog.Split(table.Name, _schema);
        await using var command = _database.CreateCommand(
            """
            with recursive part(oid) as (
                select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2
                union all
                select i.inhrelid from part join pg_inherits i on i.inhparent = part.oid)
            select sum(reltuples)::bigint from pg_class join part using (oid) where relkind = 'r' and reltuples >= 0
            """);
        command.Parameters.Add(new() { Value = schema });
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    public async Task<SourceLog> ReadLogAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            """
            select max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn))::bigint,
                min(pg_size_bytes(nullif(current_setting('max_slot_wal_keep_size'), '-1'))),
                coalesce(bool_or(wal_status = 'lost'), false)
            from pg_replication_slots where slot_name = any($1) and database = current_database()
            """);
        command.Parameters.Add(new() { Value = _slots.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new SourceLog(
            await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetInt64(0),
            await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetInt64(1),
            reader.GetBoolean(2));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<TableReading> ReadingOfAsync(NpgsqlConnection connection, DatabaseTable table, CancellationToken cancellationToken)
    {
        if (!_readings.TryGetValue(table, out var reading))
        {
            reading = await TableReading.OfAsync(connection, table, _schema, cancellationToken);
            _readings.AddOrUpdate(table, reading);
        }

        return reading;
    }
}
