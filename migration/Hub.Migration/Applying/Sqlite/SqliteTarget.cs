using System.Collections.Immutable;
using System.Data.Common;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Mapping;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Applying.Sqlite;

/// <summary>A SQLite file of New's. A transaction larger than a feed's bound is cut there: a reader may see it in parts.</summary>
/// <param name="path">The file; New's service makes it.</param>
internal sealed class SqliteTarget(string path, string dataset, string target) : HubTarget(dataset, target)
{
    private const int CountedExactly = 10_000;

    public override string Name => path;

    public override async Task<TargetTables> DescribeAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return SqliteCatalog.Read((SqliteConnection)connection, tables);
    }

    public override object? AsRead(object? mapped) => SqliteValue.Stored(mapped);

    public override async Task<ImmutableSortedDictionary<string, long>> CountRowsAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using var connection = (SqliteConnection)await ConnectAsync(cancellationToken);
        var counts = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var table in tables.Where(table => SqliteTable.Read(connection, table) is not null))
        {
            var name = SqliteSql.Quote(table);
            var count = (long)connection.Scalar($"SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT {CountedExactly})")!;

            // No statistics are kept; the highest rowid is about the number of rows where few went. A table without rowids is counted.
            counts.Add(table, count < CountedExactly ? count : Estimate(connection, name));
        }

        return counts.ToImmutable();
    }

    protected override Task<ImmutableArray<object?[]>> ReadRangeAsync(
        DbConnection connection, TableMapping table, object?[]? after, object?[]? upTo, int rows, CancellationToken cancellationToken) =>
        Task.FromResult(SqliteReads.Range((SqliteConnection)connection, table, after, upTo, rows));

    protected override Task<ImmutableArray<object?[]>> ReadRowsAsync(
        DbConnection connection, TableMapping table, IReadOnlyList<object?[]> keys, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<object?[]>>([.. SqliteReads.ByKey((SqliteConnection)connection, table, keys)]);

    protected override Task<DbConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new TargetMissingException($"There is no {path} yet; the service that owns it makes it when it starts.");
        }

        return Task.FromResult<DbConnection>(new SqliteFile(path, Durable).Open());
    }

    protected override Task<ITargetRows> HoldAsync(DbConnection connection, TargetMapping mapping, TargetTables tables, CancellationToken cancellationToken) =>
        Task.FromResult<ITargetRows>(new SqliteRows((SqliteConnection)connection, mapping, tables));

    private static long Estimate(SqliteConnection connection, string name)
    {
        try
        {
            return (long)connection.Scalar($"SELECT max(rowid) FROM {name}")!;
        }
        catch (SqliteException)
        {
            return (long)connection.Scalar($"SELECT count(*) FROM {name}")!;
        }
    }
}
