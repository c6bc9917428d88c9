using System.Data.Common;
using Hub.Adapters.Stock.Store;

namespace Hub.Adapters.Tests.Stock;

/// <summary>A database whose answers can be held back once they are read.</summary>
internal sealed class SlowDatabase(IStockDatabase inner) : IStockDatabase
{
    private int _held;
    private int _reads;

    public TaskCompletionSource? Arrives { get; set; }

    public int Held => Volatile.Read(ref _held);

    public int Reads => Volatile.Read(ref _reads);

    public Task<T> WriteAsync<T>(Func<IStockTables, Task<T>> work, CancellationToken cancellationToken) => inner.WriteAsync(work, cancellationToken);

    public async Task<List<T>> ReadAsync<T>(FormattableString sql, Func<DbDataReader, T> row, CancellationToken cancellationToken)
    {
        var rows = await inner.ReadAsync(sql, row, cancellationToken);
        Interlocked.Increment(ref _reads);
        if (Arrives is { } arrives)
        {
            Interlocked.Increment(ref _held);
            await arrives.Task.WaitAsync(cancellationToken);
        }

        return rows;
    }
}
