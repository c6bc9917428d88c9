using System.Collections.Immutable;
using System.Data.Common;
using Hub.ChangeFeed.Embedded;
using Hub.ChangeFeed.Postgres;
using Hub.Migration.Mapping;
using Npgsql;

namespace Hub.Migration.Applying.Postgres;

/// <summary>A PostgreSQL database of New's. Its role owns schema <c>hub</c> and may insert, update and delete in the tables that are fed (docs/operate/targets.md).</summary>
internal sealed class PostgresTarget : HubTarget
{
    private const int CountedExactly = 10_000;
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly Dictionary<string, PostgresColumn[]> _columns = new(StringComparer.Ordinal);

    /// <param name="connectionString">ADO style, with its password.</param>
    /// <param name="schema">Where tables are whose names have none.</param>
    public PostgresTarget(string connectionString, string dataset, string target, string? schema = null) : base(dataset, target)
    {
        _settings = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = SqliteSql.Quote(schema ?? "public"), MaxAutoPrepare = 60, AutoPrepareMinUsages = 2, ApplicationName = $"hub {dataset}" };
        _source = NpgsqlDataSource.Create(_settings);
    }

    public override string Name => $"{_settings.Host}/{_settings.Database}";

    public override async Task<TargetTables> DescribeAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var connection = (NpgsqlConnection)await ConnectAsync(cancellationToken);
        return (await PostgresCatalog.ReadAsync(connection, tables, cancellationToken)).Tables;
    }

    /// <summary>The columns of a table as they are declared, in the mapping's order.</summary>
    public async Task<PostgresColumn[]> ColumnsAsync(TableMapping table, CancellationToken cancellationToken)
    {
        await using var connection = (NpgsqlConnection)await ConnectAsync(cancellationToken);
        return await ColumnsAsync(connection, table, cancellationToken);
    }

    /// <summary>The rows that <see cref="ReadRangeAsync"/> reads, in the same order, with no value made of them.</summary>
    /// <param name="select">Which columns, as SQL.</param>
    public async Task<BinaryRows> ReadBinaryRangeAsync(
        TableMapping table, string select, object?[]? after, object?[]? upTo, int rows, CancellationToken cancellationToken)
    {
        await using var connection = (NpgsqlConnection)await ConnectAsync(cancellationToken);
        return await BinaryRows.ReadAsync(
            connection, PostgresReads.CopyRange(table, await ColumnsAsync(connection, table, cancellationToken), select, after, upTo, rows), cancellationToken);
    }

    public override object? AsRead(object? mapped) => mapped;

    public override async Task<ImmutableSortedDictionary<string, long>> CountRowsAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var connection = (NpgsqlConnection)await ConnectAsync(cancellationToken);
        var counts = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            if (await PostgresCatalog.OidAsync(connection, table, cancellationToken) is not { } oid)
            {
                continue;
            }

            await using var command = new NpgsqlCommand(
                $"SELECT count(*), (SELECT reltuples::bigint FROM pg_class WHERE oid = $1::bigint::oid) FROM (SELECT 1 FROM {TableName.Quote(table, schemas: true)} LIMIT {CountedExactly}) few",
                connection)
            { Parameters = { new() { Value = oid } } };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var (count, estimate) = (reader.GetInt64(0), reader.GetInt64(1));
            counts.Add(table, count < CountedExactly ? count : Math.Max(count, estimate));
        }

        return counts.ToImmutable();
    }

    /// <summary>Tables that New's role can write though the pipeline fills them: its writes would be lost or stand in the way.</summary>
    public override async Task<ImmutableArray<string>> InspectAsync(string? role, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        if (role is null)
        {
            return [];
        }

        await using var connection = (NpgsqlConnection)await ConnectAsync(cancellationToken);
        await using var exists = new NpgsqlCommand("SELECT EXISTS(SELECT 1 FROM pg_roles WHERE rolname = $1)", connection) { Parameters = { new() { Value = role } } };
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return [$"There is no role {role} in {Name}: nobody can say whether New may write what is fed. Correct the target's Role."];
        }

        var writable = new List<string>();
        foreach (var table in tables)
        {
            if (await PostgresCatalog.OidAsync(connection, table, cancellationToken) is not { } oid)
            {
                continue;
            }

            await using var command = new NpgsqlCommand("SELECT has_table_privilege($1, $2::bigint::oid, 'INSERT, UPDATE, DELETE, TRUNCATE')", connection)
            {
                Parameters = { new() { Value = role }, new() { Value = oid } },
            };
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
            {
                writable.Add(TableName.Quote(table, schemas: true));
            }
        }

        var names = string.Join(", ", writable);
        return writable.Count == 0 ? [] :
        [
            $"{role} may write {names}, which the pipeline fills: what it writes is overwritten or stands in the way. "
                + $"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {names} FROM {SqliteSql.Quote(role)} until ownership moves; an owner of tables, or a superuser, needs a role of its own for its service.",
        ];
    }

    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override async Task<ImmutableArray<object?[]>> ReadRangeAsync(
        DbConnection connection, TableMapping table, object?[]? after, object?[]? upTo, int rows, CancellationToken cancellationToken)
    {
        var columns = await ColumnsAsync((NpgsqlConnection)connection, table, cancellationToken);
        return await PostgresReads.RangeAsync((NpgsqlConnection)connection, table, columns, after, upTo, rows, cancellationToken);
    }

    protected override async Task<ImmutableArray<object?[]>> ReadRowsAsync(
        DbConnection connection, TableMapping table, IReadOnlyList<object?[]> keys, CancellationToken cancellationToken)
    {
        var columns = await ColumnsAsync((NpgsqlConnection)connection, table, cancellationToken);
        return [.. await PostgresReads.ByKeyAsync((NpgsqlConnection)connection, table, columns, keys, cancellationToken)];
    }

    protected override async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new TargetMissingException($"{Name} can't be reached: {e.Message}. It is tried again; look at the server, the Connection and the role's rights.", e);
        }
    }

    protected override async Task<ITargetRows> HoldAsync(DbConnection connection, TargetMapping mapping, TargetTables tables, CancellationToken cancellationToken) =>
        await PostgresRows.HoldAsync((NpgsqlConnection)connection, mapping, cancellationToken);

    private async Task<PostgresColumn[]> ColumnsAsync(NpgsqlConnection connection, TableMapping table, CancellationToken cancellationToken)
    {
        var name = $"{table.Name}({string.Join(',', table.Columns.Select(column => column.Name))})";
        lock (_columns)
        {
            if (_columns.TryGetValue(name, out var known))
            {
                return known;
            }
        }

        var forms = (await PostgresCatalog.ReadAsync(connection, [table.Name], cancellationToken)).Forms[table.Name];
        var columns = table.Columns.Select(column => forms[column.Name]).ToArray();
        lock (_columns)
        {
            return _columns[name] = columns;
        }
    }
}
