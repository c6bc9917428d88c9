using System.Diagnostics;
using System.Globalization;
using Hub.Servers;
using Npgsql;
using NpgsqlTypes;

namespace Hub.Benchmarks.Changes;

/// <summary>A legacy and a target PostgreSQL database with one table of ten columns, and what is done to it.</summary>
internal sealed class ChangeBench : IAsyncDisposable
{
    private const string Columns = "id, sku, name, price, stock, weight, active, note, created, changed";

    private ChangeBench(TestDatabase legacy, TestDatabase target) => (Legacy, Target) = (legacy, target);

    public TestDatabase Legacy { get; }

    public TestDatabase Target { get; }

    public static async Task<ChangeBench> CreateAsync()
    {
        var bench = new ChangeBench(await TestDatabase.PostgresAsync("bench_legacy"), await TestDatabase.PostgresAsync("bench_target"));
        await bench.Legacy.RunAsync(Table("timestamp"));
        await bench.Target.RunAsync(Table("timestamptz"));
        return bench;
    }

    /// <summary>The dataset's config.</summary>
    /// <param name="more">More of the source, each property with a comma behind it.</param>
    public string Dataset(string more = "") => $$"""
        {
          "Source": { {{more}} "Postgres": { "Connection": "{{Own(Legacy)}}" }, "Tables": ["item"], "TimeZone": "Europe/Berlin" },
          "Targets": { "product": { "Postgres": { "Connection": "{{Own(Target)}}" }, "Tables": { "item": { "From": "item", "Columns": {
            "id": "id", "sku": "sku", "name": "name", "price": { "From": "price", "As": "decimal" }, "stock": "stock", "weight": "weight", "active": "active",
            "note": "note", "created": { "From": "created", "As": "zoned time" }, "changed": { "From": "changed", "As": "zoned time" } } } } } }
        }
        """;

    /// <summary>Rows with these keys, in transactions of so many.</summary>
    public Task InsertAsync(int first, int count, int perTransaction = 5_000) => RunAllAsync(first, count, perTransaction, (from, to) => $"""
        insert into item select i, 'SKU-' || i, 'Item number ' || i || ' of the shop', (i % 100000) / 100.0, i % 50, i / 7.0, i % 2 = 0,
          'a note that is some sixty characters long, as notes go, ' || i, timestamp '2026-01-01' + i * interval '1 second', timestamp '2026-06-01' + i * interval '1 second'
        from generate_series({from}, {to}) i
        """);

    /// <summary>Half updates of rows that are there, half new rows, one after the other, in transactions of so many.</summary>
    public Task MixAsync(int present, int first, int count, int perTransaction = 100) => RunAllAsync(first, count / 2, perTransaction / 2, (from, to) => $"""
        update item set stock = stock + 1, price = price + 0.01, changed = changed + interval '1 minute' where id in (select 1 + (i::bigint * 7919) % {present} from generate_series({from}, {to}) i);
        insert into item select i, 'SKU-' || i, 'Item number ' || i || ' of the shop', (i % 100000) / 100.0, i % 50, i / 7.0, i % 2 = 0,
          'a note that is some sixty characters long, as notes go, ' || i, timestamp '2026-01-01' + i * interval '1 second', timestamp '2026-06-01' + i * interval '1 second'
        from generate_series({from}, {to}) i;
        """);

    /// <summary>Legacy's rows into a table of the target's shape by binary COPY, rows a second: what the others are compared with.</summary>
    public async Task<double> CopyAsync(int rows, int perTransaction)
    {
        await Target.RunAsync("drop table if exists copied; create table copied (like item including all)");
        await using var connection = (NpgsqlConnection)await Target.OpenAsync();
        var time = Stopwatch.StartNew();
        for (var first = 1; first <= rows; first += perTransaction)
        {
            await using var importer = await connection.BeginBinaryImportAsync($"COPY copied({Columns}) FROM STDIN (FORMAT BINARY)");
            for (var i = first; i < first + perTransaction && i <= rows; i++)
            {
                importer.StartRow();
                importer.Write((long)i, NpgsqlDbType.Bigint);
                importer.Write("SKU-" + i.ToString(CultureInfo.InvariantCulture), NpgsqlDbType.Text);
                importer.Write($"Item number {i} of the shop", NpgsqlDbType.Text);
                importer.Write(i % 100_000 / 100m, NpgsqlDbType.Numeric);
                importer.Write(i % 50, NpgsqlDbType.Integer);
                importer.Write(i / 7.0, NpgsqlDbType.Double);
                importer.Write(i % 2 == 0, NpgsqlDbType.Boolean);
                importer.Write($"a note that is some sixty characters long, as notes go, {i}", NpgsqlDbType.Text);
                importer.Write(DateTime.UnixEpoch.AddSeconds(i), NpgsqlDbType.TimestampTz);
                importer.Write(DateTime.UnixEpoch.AddSeconds(2 * i), NpgsqlDbType.TimestampTz);
            }

            await importer.CompleteAsync();
        }

        return rows / time.Elapsed.TotalSeconds;
    }

    /// <summary>Waits until the target holds as many rows, and the sum of their stock.</summary>
    public async Task SettledAsync()
    {
        var wanted = await Legacy.ScalarAsync("select count(*) || ' ' || sum(stock) from item");
        while (!wanted!.Equals(await Target.ScalarAsync("select count(*) || ' ' || sum(stock) from item")))
        {
            await Task.Delay(100);
        }
    }

    /// <summary>Rows that the target holds, by its statistics: cheap enough to be asked while it is measured.</summary>
    public async Task<long> WrittenAsync() => Convert.ToInt64(
        await Target.ScalarAsync("select n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables where relname = 'item'"), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Legacy.DisposeAsync();
        await Target.DisposeAsync();
    }

    private static string Table(string time) => $"""
        create table item(id bigint primary key, sku text not null, name text not null, price numeric(12,2) not null, stock integer not null, weight double precision not null,
          active boolean not null, note text, created {time} not null, changed {time} not null)
        """;

    private static string Own(TestDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = true, IncludeErrorDetail = false }.ConnectionString;

    private async Task RunAllAsync(int first, int count, int perTransaction, Func<int, int, string> sql)
    {
        await using var connection = (NpgsqlConnection)await Legacy.OpenAsync();
        for (var from = first; from < first + count; from += perTransaction)
        {
            await using var command = new NpgsqlCommand(sql(from, Math.Min(from + perTransaction, first + count) - 1), connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }
}
