using System.Data.Common;
using System.Globalization;

namespace Hub.Running.Changes;

/// <summary>
/// A shop's back end that writes at random: rows come, change and go, keys change, unique values are swapped, transactions are
/// long and short, interleaved with those of its like, rolled back in whole or to a savepoint. What it does is drawn from its
/// seed; what its database refuses (a deadlock, a number that is taken) it rolls back and goes on.
/// </summary>
public sealed class RandomWriter(DbConnection connection, LegacyDialect dialect, int seed, int writer)
{
    private const int Keys = 400;
    private readonly Random _random = new(HashCode.Combine(seed, writer));
    private DbTransaction? _transaction;
    private int _serial;

    /// <summary>Transactions that were committed.</summary>
    public long Committed { get; private set; }

    /// <summary>Writes until it is told to stop; the last transaction is whole.</summary>
    /// <param name="perSecond">Transactions a second at the most; 0 is as fast as the database goes.</param>
    public async Task RunAsync(CancellationToken stop, int perSecond = 0)
    {
        while (!stop.IsCancellationRequested)
        {
            await WriteOnceAsync();
            if (perSecond > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(1.0 / perSecond), TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One transaction.</summary>
    public async Task WriteOnceAsync()
    {
        _transaction = await connection.BeginTransactionAsync();
        await using var transaction = _transaction;
        try
        {
            for (var steps = _random.Next(100) < 3 ? 200 : _random.Next(1, 6); steps > 0; steps--)
            {
                await StepAsync();
            }

            if (_random.Next(100) < 12)
            {
                await transaction.RollbackAsync();
                return;
            }

            await transaction.CommitAsync();
            Committed++;
        }
        catch (DbException refused) when (IsRefusal(refused))
        {
            await transaction.RollbackAsync();
        }
    }

    private async Task StepAsync()
    {
        var (order, other) = (Key(), Key());
        switch (_random.Next(21))
        {
            case 0 or 1 or 2 or 3:
                await RemoveAsync(order);
                await PlaceAsync(order);
                break;
            case 4 or 5 or 6 or 7:
                await RunAsync($"update orders set status = @b, total = total + 0.25, changed = {dialect.Now} where id = @a", order, Pick("new", "paid", "sent"));
                break;
            case 8 or 9:
                await RunAsync("update order_line set quantity = quantity + 1, price = price + 0.0001 where order_id = @a", order);
                break;
            case 10 or 11:
                await RemoveAsync(order);
                break;
            case 12:
                // A change of key: the order moves, and its lines with it.
                await RemoveAsync(other);
                if (await RunAsync("update orders set id = @b where id = @a", order, other) > 0)
                {
                    await RunAsync("update order_line set order_id = @b where order_id = @a", order, other);
                }

                break;
            case 13:
                await SwapAsync("orders", "number", order, other);
                break;
            case 14:
                await SwapAsync("customer", "email", order, other);
                break;
            case 15:
                await RunAsync($"update customer set name = @b, active = not active where id = @a", order, Text(30));
                break;
            case 16:
                // Large enough to be stored apart; the next change of the row leaves it as it is.
                await RunAsync("update customer set note = @b where id = @a", order, Text(_random.Next(10) == 0 ? 20_000 : 3_000));
                break;
            case 17 or 18:
                await RunAsync("delete from customer where id = @a", order);
                await RegisterAsync(order);
                break;
            case 19:
                await _transaction!.SaveAsync("before");
                await RunAsync("delete from orders where id = @a", order);
                await RunAsync("update customer set name = 'undone' where id = @a", other);
                await _transaction.RollbackAsync("before");
                break;
            default:
                await RunAsync("delete from customer where id = @a", order);
                break;
        }
    }

    private async Task SwapAsync(string table, string column, long one, long other)
    {
        var (first, second) = (await ScalarAsync($"select {column} from {table} where id = @a", one), await ScalarAsync($"select {column} from {table} where id = @a", other));
        if (first is null || second is null || one == other)
        {
            return;
        }

        await RunAsync($"update {table} set {column} = @b where id = @a", one, Unique("swap"));
        await RunAsync($"update {table} set {column} = @b where id = @a", other, first);
        await RunAsync($"update {table} set {column} = @b where id = @a", one, second);
    }

    private async Task RegisterAsync(long id) => await RunAsync(
        $"insert into customer(id, email, name, note, born, active, created) values(@a, @b, @c, @d, @e, {dialect.Truth}, {dialect.Now})",
        id, Unique("mail") + "@shop.test", Text(12), _random.Next(3) == 0 ? DBNull.Value : Text(_random.Next(300)),
        _random.Next(4) == 0 ? DBNull.Value : new DateTime(1950, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddDays(_random.Next(20_000)));

    private async Task PlaceAsync(long id)
    {
        await RunAsync(
            $"insert into orders(id, customer_id, number, status, total, weight, data, placed, changed) values(@a, @b, @c, 'new', @d, @e, {(dialect == LegacyDialect.Postgres ? "@f::json" : "@f")}, {dialect.Now}, {dialect.Now})",
            id, Key(), Unique("n"), _random.Next(1_000_000) / 100m, _random.Next(5) == 0 ? DBNull.Value : _random.NextDouble() * 1e3,
            _random.Next(3) == 0 ? DBNull.Value : $$"""{"gift": {{(_random.Next(2) == 0 ? "true" : "false")}}, "words": "{{Text(8)}}", "n": {{_random.Next()}}}""");
        for (var no = 1; no <= _random.Next(1, 5); no++)
        {
            await RunAsync(
                "insert into order_line(order_id, no, sku, quantity, price, picture) values(@a, @b, @c, @d, @e, @f)",
                id, no, $"TS-{_random.Next(1, 999):D3}", _random.Next(1, 9), _random.Next(1_000_000) / 10_000m, _random.Next(4) == 0 ? Bytes(_random.Next(20)) : DBNull.Value);
        }
    }

    // The order first: who holds it holds its lines, and no line is left alone by writers that interleave.
    private async Task RemoveAsync(long order)
    {
        await RunAsync("delete from orders where id = @a", order);
        await RunAsync("delete from order_line where order_id = @a", order);
    }

    private async Task<int> RunAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    private async Task<string?> ScalarAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync() as string;
    }

    private DbCommand Command(string sql, object[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = _transaction;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = ((char)('a' + i)).ToString();
            parameter.Value = values[i];
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private long Key() => _random.Next(1, Keys + 1);

    private string Pick(params string[] ways) => ways[_random.Next(ways.Length)];

    private string Unique(string what) => string.Create(CultureInfo.InvariantCulture, $"{what}-{writer}-{_serial++}");

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    // Letters of two, three and four bytes, quotes and line ends among them; it hardly compresses.
    private string Text(int length)
    {
        string[] letters = ["ä", "ß", "€", "日", "😀", "'", "\\\\", "z", "Q", "7", " ", "\\n", "x", "k", "0", "m"];
        return string.Concat(Enumerable.Range(0, length).Select(_ => letters[_random.Next(letters.Length)]));
    }

    // A deadlock, a lock that was waited for too long, a value that is taken: the shop would try another time.
    private static bool IsRefusal(DbException e) => e.SqlState is "40001" or "40P01" or "23505" or "23000" or "HY000" or "22003";
}
