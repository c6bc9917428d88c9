using System.Data.Common;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Adapters.Stock.Store;

/// <summary>The stock in a file, for one instance of the plane. Calls block while they read and write, as SQLite does.</summary>
internal sealed class SqliteStockDatabase : IStockDatabase
{
    private static readonly SqliteSchema Schema = new(StockSchema.First);
    private readonly SqliteFile _file;

    /// <summary>Opens the file and upgrades it.</summary>
    public SqliteStockDatabase(SqliteFile file)
    {
        _file = file;
        Schema.Upgrade(file);
    }

    public async Task<T> WriteAsync<T>(Func<IStockTables, Task<T>> work, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var result = await work(new Tables(connection));
        transaction.Commit();
        return result;
    }

    public Task<List<T>> ReadAsync<T>(FormattableString sql, Func<DbDataReader, T> row, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        return Task.FromResult(connection.Query(sql, row));
    }

    private sealed class Tables(SqliteConnection connection) : IStockTables
    {
        public Task ExecuteAsync(IEnumerable<FormattableString> statements, CancellationToken cancellationToken)
        {
            foreach (var sql in statements)
            {
                connection.Execute(sql);
            }

            return Task.CompletedTask;
        }

        public Task<List<T>> QueryAsync<T>(FormattableString sql, Func<DbDataReader, T> row, CancellationToken cancellationToken) =>
            Task.FromResult(connection.Query(sql, row));
    }
}
