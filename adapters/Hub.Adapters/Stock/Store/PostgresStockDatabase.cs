using System.Data.Common;
using Hub.Processes.Postgres;
using Npgsql;

namespace Hub.Adapters.Stock.Store;

/// <summary>
/// The stock in PostgreSQL, schema <c>hub_stock</c>, for any number of instances. It is made, and upgraded, at its first use that reaches the server.
/// </summary>
internal sealed class PostgresStockDatabase : IStockDatabase, IAsyncDisposable
{
    // Two works at once would each sum up without the other's change.
    private const long Turn = 7521962;
    private static readonly PostgresSchema Schema = new(StockSchema.Name, StockSchema.First);
    private readonly NpgsqlDataSource _source;
    private readonly SemaphoreSlim _upgrading = new(1, 1);
    private volatile bool _upgraded;

    /// <param name="connectionString">Npgsql's, with its password.</param>
    public PostgresStockDatabase(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = StockSchema.Name };
        if (!connectionString.Contains("Prepare", StringComparison.OrdinalIgnoreCase))
        {
            settings.MaxAutoPrepare = 40;
            settings.AutoPrepareMinUsages = 3;
        }

        settings.ApplicationName ??= "hub stock";
        _source = NpgsqlDataSource.Create(settings);
    }

    public async Task<T> WriteAsync<T>(Func<IStockTables, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync($"SELECT pg_advisory_xact_lock({Turn})", cancellationToken);
        var result = await work(new Tables(connection));
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public async Task<List<T>> ReadAsync<T>(FormattableString sql, Func<DbDataReader, T> row, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.QueryAsync(sql, row, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _upgrading.Dispose();
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            await UpgradeAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task UpgradeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_upgraded)
        {
            return;
        }

        await _upgrading.WaitAsync(cancellationToken);
        try
        {
            if (!_upgraded)
            {
                await Schema.UpgradeAsync(connection, cancellationToken);
                _upgraded = true;
            }
        }
        finally
        {
            _upgrading.Release();
        }
    }

    private sealed class Tables(NpgsqlConnection connection) : IStockTables
    {
        private const int AtOnce = 500;

        public async Task ExecuteAsync(IEnumerable<FormattableString> statements, CancellationToken cancellationToken)
        {
            foreach (var some in statements.Chunk(AtOnce))
            {
                await connection.ExecuteAsync(some, cancellationToken);
            }
        }

        public Task<List<T>> QueryAsync<T>(FormattableString sql, Func<DbDataReader, T> row, CancellationToken cancellationToken) =>
            connection.QueryAsync(sql, row, cancellationToken);
    }
}
