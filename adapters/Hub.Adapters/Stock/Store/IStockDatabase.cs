using System.Data.Common;

namespace Hub.Adapters.Stock.Store;

/// <summary>Where the stock is kept. Both databases understand the same statements; what stands in their braces becomes a parameter.</summary>
internal interface IStockDatabase
{
    /// <summary>Does the work in one transaction, one such work at a time whoever does it: what it reads stays so until it has written.</summary>
    Task<T> WriteAsync<T>(Func<IStockTables, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Reads what is committed.</summary>
    Task<List<T>> ReadAsync<T>(FormattableString sql, Func<DbDataReader, T> row, CancellationToken cancellationToken);
}

/// <summary>The tables within a transaction.</summary>
internal interface IStockTables
{
    /// <summary>Runs the statements, one after the other.</summary>
    Task ExecuteAsync(IEnumerable<FormattableString> statements, CancellationToken cancellationToken);

    /// <summary>Every row, as <paramref name="row"/> reads it.</summary>
    Task<List<T>> QueryAsync<T>(FormattableString sql, Func<DbDataReader, T> row, CancellationToken cancellationToken);
}
