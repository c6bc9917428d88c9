using System.Collections.Immutable;
using System.Data.Common;
using Hub.Adapters.Stock;
using Hub.Adapters.Stock.Store;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Processes.Sqlite;
using Hub.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Adapters.Tests.Stock;

public sealed class ChannelTellerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-teller-").FullName;
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What waits is read while a call is under way, and the answer comes before what was read arrives.</summary>
    [Fact]
    public async Task Tell_AnAnswerDuringTheRead_IsNotToldAgain()
    {
        var database = new SlowDatabase(new SqliteStockDatabase(new SqliteFile(Path.Combine(_folder, "stock.db"), durable: false)));
        var stock = new StockStore(database, _time);
        var channel = new FakeChannel(new ToldChannel("bazaar", ToldChannel.Stock), _time, batchSize: 1, callsPerSecond: 5);
        var answer = new TaskCompletionSource<CallOutcome<ImmutableArray<NotTaken>>?>();
        channel.Fault = (_, _) =>
        {
            database.Arrives ??= new TaskCompletionSource();
            return answer.Task;
        };
        await stock.SetChannelsAsync([channel.Port.Channel], Cancel);
        var read = await stock.BeginReadAsync("owner", Cancel);
        await stock.TakeLevelsAsync(read, [new StockLevel(Sku.Parse("TS-1"), 5)], Cancel);
        await using (new ChannelTeller(channel.Port, stock, new SqliteProcessStore(new SqliteFile(Path.Combine(_folder, "turns.db"), durable: false), _time), "one", _time, NullLogger.Instance))
        {
            await UntilAsync(() => database.Held > 0);
            var finished = new TaskCompletionSource();
            stock.Changed += () => finished.TrySetResult();
            answer.SetResult(null);
            await finished.Task.WaitAsync(Cancel);
            await Task.Delay(50, Cancel);
            database.Arrives!.SetResult();
            database.Arrives = null;
            var looked = database.Reads + 3;
            await UntilAsync(() => database.Reads > looked);
        }

        Assert.Single(channel.Calls);
        Assert.Null(Assert.Single(await stock.GetTellingsAsync("TS-1", Cancel)).DueAt);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), "It never came to what was waited for.");
            await Task.Delay(1, Cancel);
            _time.Advance(TimeSpan.FromMilliseconds(250));
        }
    }

    /// <summary>A database whose answers can be held back once they are read.</summary>
    private sealed class SlowDatabase(IStockDatabase inner) : IStockDatabase
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
}
