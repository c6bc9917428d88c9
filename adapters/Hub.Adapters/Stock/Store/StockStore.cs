using System.Globalization;
using Hub.Commerce;

namespace Hub.Adapters.Stock.Store;

/// <summary>
/// The owner's levels, what they don't include yet, prices, and for each channel what it is to hold and what it was told. A change and what
/// follows from it for the channels are committed together, so that a kill at any moment loses nothing.
/// </summary>
internal sealed partial class StockStore(IStockDatabase database, TimeProvider time)
{
    private static readonly TimeSpan KeepEnded = TimeSpan.FromDays(90);

    /// <summary>Something may be to be told; called by any thread, and only for what came through this instance.</summary>
    public event Action? Changed;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A read of the owner's levels begins: what is booked there by now is in all that it gives.</summary>
    public Task<StockRead> BeginReadAsync(string owner, CancellationToken cancellationToken) => database.WriteAsync(
        async tables =>
        {
            var number = await ReadNumberAsync(tables, cancellationToken) + 1;
            await tables.ExecuteAsync([Keep("read", number.ToString(CultureInfo.InvariantCulture))], cancellationToken);
            var cursor = await SettingAsync(tables, $"cursor.{owner}", cancellationToken);
            var booked = (await tables.QueryAsync(
                $"SELECT MIN(created_at) FROM stock_delta WHERE phase = 1 AND looked_for = 0", row => TimeOrNull(row, 0), cancellationToken))[0];
            return new StockRead(owner, number, cursor is null ? null : DateTimeOffset.Parse(cursor, CultureInfo.InvariantCulture), booked);
        },
        cancellationToken);

    /// <summary>Keeps what a page of the read said. A level that a later read has told is not overwritten.</summary>
    public async Task TakeLevelsAsync(StockRead read, IReadOnlyCollection<StockLevel> levels, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async tables =>
            {
                var now = Now;
                await tables.ExecuteAsync(
                    levels.SelectMany(level => Level(read, level, now)).Concat(levels.Select(level => level.Sku).Distinct().SelectMany(sku => Want(sku, now))),
                    cancellationToken);
                return true;
            },
            cancellationToken);
        Changed?.Invoke();
    }

    /// <summary>All of it was read: the next one begins at <paramref name="newest"/>.</summary>
    public Task EndReadAsync(StockRead read, DateTimeOffset? newest, CancellationToken cancellationToken) => database.WriteAsync(
        async tables =>
        {
            List<FormattableString> statements =
            [
                $"UPDATE stock_delta SET looked_for = 1 WHERE phase = 1 AND looked_for = 0 AND booked_no < {read.Number}",
                $"DELETE FROM stock_delta WHERE phase = 2 AND ended_at < {Now - (long)KeepEnded.TotalMilliseconds}",
            ];
            if (newest is { } cursor)
            {
                statements.Add(Keep($"cursor.{read.Owner}", cursor.ToString("O", CultureInfo.InvariantCulture)));
            }

            await tables.ExecuteAsync(statements, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Takes deltas in: an id that is known only goes forward to a later phase, whatever else it says.</summary>
    /// <returns>How many of them are new.</returns>
    public async Task<int> TakeDeltasAsync(IReadOnlyCollection<StockDelta> deltas, CancellationToken cancellationToken)
    {
        var taken = await database.WriteAsync(
            async tables =>
            {
                var now = Now;
                var number = await ReadNumberAsync(tables, cancellationToken);
                var fresh = 0;
                foreach (var delta in deltas)
                {
                    fresh += (await tables.QueryAsync($"SELECT 1 FROM stock_delta WHERE id = {delta.Id}", _ => true, cancellationToken)).Count == 0 ? 1 : 0;
                    await tables.ExecuteAsync([Delta(delta, number, now)], cancellationToken);
                }

                await tables.ExecuteAsync(deltas.Select(delta => delta.Sku).Distinct().SelectMany(sku => Want(sku, now)), cancellationToken);
                return fresh;
            },
            cancellationToken);
        Changed?.Invoke();
        return taken;
    }

    /// <summary>Takes prices in; the last one of an article counts.</summary>
    /// <param name="channel">Whose price it is; empty: all those that have none of their own.</param>
    public async Task TakePriceAsync(ArticlePrice price, string channel, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async tables =>
            {
                var now = Now;
                await tables.ExecuteAsync(
                    [
                        $"""
                        INSERT INTO price (sku, channel, price, changed_at) VALUES ({price.Sku.Text}, {channel}, {price.Price.ToString()}, {now})
                        ON CONFLICT (sku, channel) DO UPDATE SET price = excluded.price, changed_at = excluded.changed_at
                        """,
                        WantPrice(price.Sku, now),
                    ],
                    cancellationToken);
                return true;
            },
            cancellationToken);
        Changed?.Invoke();
    }

    private static IEnumerable<FormattableString> Level(StockRead read, StockLevel level, long now)
    {
        var (sku, place) = (level.Sku.Text, level.Location ?? "");
        yield return $"""
            INSERT INTO stock (sku, place, available, read_no, changed_at) VALUES ({sku}, {place}, {level.Available}, {read.Number}, {now})
            ON CONFLICT (sku, place) DO UPDATE SET available = excluded.available, read_no = excluded.read_no,
                changed_at = CASE WHEN stock.available = excluded.available THEN stock.changed_at ELSE excluded.changed_at END
            WHERE stock.read_no <= excluded.read_no
            """;
        yield return $"""
            UPDATE stock_delta SET phase = 2, ended_at = {now}
            WHERE sku = {sku} AND phase = 1 AND booked_no < {read.Number} AND (place = '' OR {place} = '' OR place = {place})
            """;
    }

    private static FormattableString Delta(StockDelta delta, long number, long now)
    {
        var phase = (long)delta.Phase;
        long? booked = delta.Phase is DeltaPhase.Held ? null : number;
        long? ended = delta.Phase is DeltaPhase.Ended ? now : null;
        return $"""
            INSERT INTO stock_delta (id, sku, place, change, reason, phase, created_at, booked_no, ended_at)
            VALUES ({delta.Id}, {delta.Sku.Text}, {delta.Place}, {delta.Change}, {delta.Reason}, {phase}, {now}, {booked}, {ended})
            ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, ended_at = excluded.ended_at, booked_no = COALESCE(stock_delta.booked_no, excluded.booked_no)
            WHERE excluded.phase > stock_delta.phase
            """;
    }

    private static FormattableString Keep(string name, string value) => $"""
        INSERT INTO setting (name, value) VALUES ({name}, {value}) ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """;

    private static async Task<string?> SettingAsync(IStockTables tables, string name, CancellationToken cancellationToken) =>
        (await tables.QueryAsync($"SELECT value FROM setting WHERE name = {name}", row => row.GetString(0), cancellationToken)).FirstOrDefault();

    private static async Task<long> ReadNumberAsync(IStockTables tables, CancellationToken cancellationToken) =>
        await SettingAsync(tables, "read", cancellationToken) is { } number ? long.Parse(number, CultureInfo.InvariantCulture) : 0;
}
