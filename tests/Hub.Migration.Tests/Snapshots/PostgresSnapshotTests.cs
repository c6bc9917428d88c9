using System.Globalization;
using Hub.Configuration;
using Hub.Migration.Pipelines;
using Hub.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hub.Migration.Tests.Snapshots;

/// <summary>PostgreSQL without a broker into PostgreSQL, by the whole pipeline.</summary>
public sealed class PostgresSnapshotTests : IAsyncLifetime
{
    private const string Tables =
        "create table product (id bigint primary key, sku text not null unique, name text, price numeric(12,2) not null);"
        + "create table line (id bigint primary key, product bigint not null, quantity int not null)";

    private TestDatabase? _legacy;
    private TestDatabase? _new;

    private TestDatabase Legacy => _legacy!;

    private TestDatabase New => _new!;

    public async ValueTask InitializeAsync()
    {
        _legacy = await TestDatabase.PostgresAsync("pl_legacy");
        _new = await TestDatabase.PostgresAsync("pl_new");
        await Legacy.RunAsync(Tables);
        await New.RunAsync(Tables);
        await Legacy.RunAsync("insert into product select i, 's' || i, repeat('x', i % 50), i from generate_series(1, 5000) i");
        await Legacy.RunAsync("insert into line select i, i % 5000 + 1, i % 7 from generate_series(1, 5000) i");
    }

    public async ValueTask DisposeAsync()
    {
        if (_legacy is not null)
        {
            await _legacy.DisposeAsync();
        }

        if (_new is not null)
        {
            await _new.DisposeAsync();
        }
    }

    [Fact]
    public async Task Snapshot_UnderRandomWritesAndKills_EqualsTheSourceAtTheEnd()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var pipeline = Open(chunkRows: 300);
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var id = 1 + random.Next(5_500);
                await Legacy.RunAsync(random.Next(6) switch
                {
                    0 => $"delete from product where id = {id}",
                    1 => $"insert into product values ({id}, 'n{i}', 'new', {i}) on conflict do nothing",
                    2 => $"update product set id = {6_000 + i} where id = {id}",
                    3 => $"begin; delete from line where id = {id}; insert into line values ({id}, 1, {i}); update product set price = {i} where id < 20; commit",
                    4 => $"begin; update product set price = -1; rollback",
                    _ => $"update product set price = {i}, name = 'u{i}' where id between {id} and {id + 50}",
                });
                if (random.Next(50) == 0)
                {
                    await pipeline.DisposeAsync();
                    pipeline = Open(chunkRows: 100 + random.Next(500));
                }
            }

            await Until(pipeline, async () => await SameAsync("product") && await SameAsync("line"));
            await Until(pipeline, () => Task.FromResult(pipeline.Targets.Single().Status.State == PipelineState.Running));
            await New.RunAsync("insert into product values (99999, 'extra', null, 1); update line set quantity = -1 where id < 50");
            pipeline.Targets.Single().CopyAgain(["product", "line"]);
            await Until(pipeline, async () => await SameAsync("product") && await SameAsync("line"));
        }
        finally
        {
            await pipeline.DisposeAsync();
        }
    }

    [Fact]
    public async Task TransactionLargerThanASlice_IsSeenWholeOrNotAtAll()
    {
        await using var pipeline = Open(chunkRows: 5_000);
        await Until(pipeline, () => SameAsync("product"));
        await Until(pipeline, () => Task.FromResult(pipeline.Targets.Single().Status.State == PipelineState.Running));
        await Legacy.RunAsync("insert into product select i, 'b' || i, 'big', 1 from generate_series(10001, 70000) i");
        var seen = new HashSet<string>();
        await Until(pipeline, async () =>
        {
            seen.Add(await TextAsync(New, "select count(*)::text from product where id > 10000"));
            return seen.Contains("60000");
        });

        Assert.Empty(seen.Except(["0", "60000"]));
    }

    private DatasetPipeline Open(int chunkRows)
    {
        var problems = new List<ConfigProblem>();
        var dataset = DatasetConfigs.Read(ConfigNode.Read(string.Create(CultureInfo.InvariantCulture, $$"""
            { "Hub": { "Datasets": { "{{Legacy.Name}}": {
              "Source": { "Postgres": { "Connection": "{{Words(Legacy)}}", "Password": "env:HUB_TEST_PASSWORD" }, "Tables": [ "product", "line" ], "Snapshot": { "ChunkRows": {{chunkRows}} } },
              "Targets": { "new": { "Postgres": { "Connection": "{{Words(New)}}", "Password": "env:HUB_TEST_PASSWORD" }, "Tables": {
                "product": { "From": "product", "Columns": { "id": "id", "sku": "sku", "name": "name", "price": "price" } },
                "line": { "From": "line", "Columns": { "id": "id", "product": "product", "quantity": "quantity" } } } } } } } } }
            """), problems)!, "", problems).Single();
        Assert.Empty(problems);
        Environment.SetEnvironmentVariable("HUB_TEST_PASSWORD", new NpgsqlConnectionStringBuilder(Legacy.ConnectionString).Password ?? "none");
        return new DatasetPipeline(dataset, (_, _) => Task.FromResult(true), OneTarget.Metrics, TimeProvider.System, NullLogger.Instance);
    }

    private static string Words(TestDatabase database)
    {
        var builder = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return string.Create(CultureInfo.InvariantCulture, $"Host={builder.Host};Port={builder.Port};Database={builder.Database};Username={builder.Username}");
    }

    private async Task<bool> SameAsync(string table)
    {
        var sql = $"select coalesce(md5(string_agg(t::text, ',' order by id)), '') from {table} t";
        return await TextAsync(Legacy, sql) == await TextAsync(New, sql);
    }

    private static async Task<string> TextAsync(TestDatabase database, string sql)
    {
        await using var connection = await database.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static async Task Until(DatasetPipeline pipeline, Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            var status = pipeline.Targets.Single().Status;
            Assert.False(deadline.IsCancellationRequested, $"{status}: {string.Join(" ", pipeline.SourceProblems.Concat(status.Problems))}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }
}
