using Hub.ChangeFeed.Postgres;
using Hub.Configuration;
using Hub.Migration.Applying.Postgres;
using Hub.Migration.Mapping;
using Hub.Migration.Pipelines;
using Hub.Migration.Verification;
using Hub.Servers;

namespace Hub.Migration.Tests.Verification;

/// <summary>Tables compared by the bytes that PostgreSQL sends: what is the same is never found, what is not always is.</summary>
public sealed class ByteComparisonTests : IAsyncLifetime
{
    private TestDatabase? _source;
    private TestDatabase? _target;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_source, _target) = (await TestDatabase.PostgresAsync("hub_bytes_old"), await TestDatabase.PostgresAsync("hub_bytes_new"));

    public async ValueTask DisposeAsync()
    {
        await _source!.DisposeAsync();
        await _target!.DisposeAsync();
    }

    [Theory]
    [InlineData("integer", "bigint", "", "7", "7", "8")]
    [InlineData("bigint", "integer", "", "-7", "-7", "7")]
    [InlineData("smallint", "smallint", "", "0", "0", "NULL")]
    [InlineData("numeric(12,2)", "numeric(14,4)", "", "1.10", "1.1", "1.1001")]
    [InlineData("numeric", "numeric", "", "100", "100.000", "10000")]
    [InlineData("numeric", "numeric", "", "0", "0.00", "-0.01")]
    [InlineData("numeric", "numeric(12,2)", "Money", "123456.7", "123456.70", "-123456.70")]
    [InlineData("integer", "numeric(12,2)", "Money", "20000", "20000", "2")]
    [InlineData("text", "character varying(20)", "", "'Grüße 𝄞'", "'Grüße 𝄞'", "'Grüße'")]
    [InlineData("text", "text", "", "''", "''", "NULL")]
    [InlineData("text", "text", "", "NULL", "NULL", "''")]
    [InlineData("character(5)", "text", "", "'ab'", "'ab   '", "'ab'")]
    [InlineData("timestamp", "timestamp", "", "'2026-07-01 12:00:00.25'", "'2026-07-01 12:00:00.250'", "'2026-07-01 12:00:00.250001'")]
    [InlineData("timestamp", "timestamptz", "UtcTime", "'2026-07-01 12:00'", "'2026-07-01 12:00Z'", "'2026-07-01 10:00Z'")]
    [InlineData("timestamp", "timestamptz", "ZonedTime", "'2026-07-01 12:00'", "'2026-07-01 10:00Z'", "'2026-07-01 12:00Z'")]
    [InlineData("timestamptz", "timestamptz", "", "'2026-07-01 12:00+02'", "'2026-07-01 10:00Z'", "'2026-07-01 12:00Z'")]
    [InlineData("smallint", "boolean", "Bool", "1", "true", "false")]
    [InlineData("boolean", "boolean", "", "false", "false", "NULL")]
    [InlineData("double precision", "double precision", "", "0.1", "0.1", "0.10000000000000002")]
    [InlineData("real", "real", "", "0.1", "0.1", "0.1000001")]
    [InlineData("date", "date", "", "'2026-02-28'", "'2026-02-28'", "'2026-03-01'")]
    [InlineData("time", "time", "", "'10:23:45.5'", "'10:23:45.5'", "'10:23:45'")]
    [InlineData("interval", "interval", "", "'1 day 2 hours'", "'26 hours'", "'2 hours'")]
    [InlineData("bytea", "bytea", "", "'\\x00ff'", "'\\x00ff'", "'\\x00'")]
    [InlineData("uuid", "uuid", "", "'3f2504e0-4f89-11d3-9a0c-0305e82c3301'", "'3f2504e0-4f89-11d3-9a0c-0305e82c3301'", "'3f2504e0-4f89-11d3-9a0c-0305e82c3302'")]
    [InlineData("jsonb", "jsonb", "", "'{\"b\":1,\"a\":[1, 2]}'", "'{\"a\": [1,2], \"b\": 1}'", "'{\"a\": [2,1], \"b\": 1}'")]
    [InlineData("json", "jsonb", "", "'{\"b\":1,\"a\":2}'", "'{\"a\": 2, \"b\": 1}'", "'{\"a\": 2}'")]
    public async Task Compare_AColumnOfTheType_IsFoundWhereItDiffersAndNowhereElse(string from, string to, string how, string value, string same, string other)
    {
        await _source!.RunAsync($"CREATE TABLE item(id BIGINT PRIMARY KEY, v {from}); INSERT INTO item SELECT n, {value} FROM generate_series(1, 5) n");
        await _target!.RunAsync($"CREATE TABLE item(id BIGINT PRIMARY KEY, v {to}); INSERT INTO item SELECT n, {same} FROM generate_series(1, 5) n");
        Assert.Empty(await CompareAsync(how));

        await _target.RunAsync($"UPDATE item SET v = {other} WHERE id = 3");
        Assert.Equal(["3 source"], await CompareAsync(how));
    }

    [Theory]
    [InlineData("integer", "n - 10")]
    [InlineData("uuid", "md5(n::text)::uuid")]
    [InlineData("text COLLATE \"und-x-icu\"", "chr(40 + n * 7) || 'x'")]
    public async Task Compare_RowsAreOnOneSideAlone_TheirKeysAreFound(string type, string key)
    {
        await _source!.RunAsync($"CREATE TABLE item(id {type} PRIMARY KEY, v INT); INSERT INTO item SELECT {key}, n FROM generate_series(1, 40) n");
        await _target!.RunAsync($"CREATE TABLE item(id {type.Replace("und-x-icu", "C", StringComparison.Ordinal)} PRIMARY KEY, v INT); INSERT INTO item SELECT {key}, n FROM generate_series(1, 40) n");
        Assert.Empty(await CompareAsync(""));

        await _source.RunAsync("DELETE FROM item WHERE v IN (1, 22)");
        await _target.RunAsync("DELETE FROM item WHERE v IN (7, 40)");
        var found = await CompareAsync("");
        Assert.Equal(2, found.Count(line => line.EndsWith("source", StringComparison.Ordinal)));
        Assert.Equal(2, found.Count(line => line.EndsWith("target", StringComparison.Ordinal)));
    }

    private async Task<List<string>> CompareAsync(string how)
    {
        await using var source = new PostgresSource(_source!.ConnectionString);
        await using var store = new PostgresTarget(_target!.ConnectionString, "shop", "here");
        var problems = new List<ConfigProblem>();
        var column = how.Length == 0 ? "\"v\"" : $$"""{ "From": "v", "As": "{{how}}" }""";
        var root = ConfigNode.Read(
            $$"""
            { "Hub": { "Datasets": { "shop": { "Source": { "Postgres": { "Connection": "Host=old;Database=old" }, "Tables": [ "item" ], "TimeZone": "Europe/Berlin" },
              "Targets": { "here": { "Postgres": { "Connection": "Host=new;Database=new" }, "Tables": { "item": { "From": "item", "Columns": { "v": {{column}}, "id": "id" } } } } } } } } }
            """,
            problems);
        var model = DatasetConfigs.Read(root!, "", problems).Single().Targets.Single();
        Assert.Empty(problems);
        var tables = await source.DescribeAsync(["item"], Token);
        var there = await store.DescribeAsync(["item"], Token);
        var refused = new List<string>();
        var mapping = TableBinding.Bind(model.Tables, tables, there.Tables, TargetKind.Postgres, there.Acting, refused, warnings: []);
        Assert.Empty(refused);
        var target = new VerifiedTarget("shop", "here", source, tables.ToDictionary(table => table.Name), store, mapping!, new TargetStream((_, _) => Task.CompletedTask));

        var bytes = await ByteComparison.BindAsync(target, mapping!.Tables[0], tables[0], Token);
        Assert.NotNull(bytes);
        var found = new List<string>();
        bytes.Compare(
            await bytes.ReadSourceAsync(null, 100, Token), await bytes.ReadTargetAsync(null, null, 100, Token),
            (row, atSource) => found.Add($"{bytes.KeyOf(row).Key[0]} {(atSource ? "source" : "target")}"));
        return found;
    }
}
