using System.Globalization;
using Hub.ChangeFeed.Postgres;
using Hub.ChangeFeed.Sources;
using Hub.Servers;

namespace Hub.ChangeFeed.Tests.Postgres;

public sealed class PostgresSourceTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private TestDatabase Database { get; set; } = null!;

    private PostgresSource Source { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.PostgresAsync("source");
        Source = new PostgresSource(Database.ConnectionString);
    }

    [Fact]
    public async Task Describe_DomainsKeysUniquesAndSchemas_AreAsDeclared()
    {
        await Database.RunAsync("""
            create schema sales;
            create domain amount as numeric(12,2) check (value >= 0);
            create domain price as amount;
            create type mood as enum ('sad', 'ok');
            create table sales.lines (n int, order_id bigint, price price not null, how mood default 'ok', twice int generated always as (n * 2) stored,
                code varchar(8) unique, tags text[], primary key (order_id, n))
            """);

        var table = Assert.Single(await Source.DescribeAsync(["absent", "sales.lines"], Ct));

        Assert.Equal("sales.lines", table.Name);
        Assert.Equal(["order_id", "n"], table.Key);
        Assert.Equal([["code"]], table.Uniques.Select(unique => unique.ToArray()));
        Assert.Equal(
            [
                new("n", ColumnType.WholeNumber, "integer", true, false), new("order_id", ColumnType.WholeNumber, "bigint", true, false),
                new("price", ColumnType.ExactNumber, "numeric(12,2)", true, false), new("how", ColumnType.Enum, "mood", false, true),
                new("code", ColumnType.Text, "character varying(8)", false, false), new("tags", ColumnType.Other, "text[]", false, false),
            ],
            table.Columns);
        Assert.False(table.WholeBefore);
        await Database.RunAsync("alter table sales.lines replica identity full");
        Assert.True(Assert.Single(await Source.DescribeAsync(["sales.lines"], Ct)).WholeBefore);
    }

    [Fact]
    public async Task ReadChunk_EveryType_IsCanonical()
    {
        await Database.RunAsync("""
            create extension hstore;
            create type mood as enum ('sad', 'ok');
            create table t (id int primary key, num numeric, num2 numeric(10,2), f4 real, f8 float8, b bool, by bytea, d date, ti time, tz timetz, ts timestamp, tstz timestamptz,
                iv interval, j json, jb jsonb, u uuid, e mood, c char(5), v varchar, bt bit(3), b1 bit(1), ip inet, a int[], at text[], h hstore, m money, x xml);
            insert into t values (1, 'NaN', 1.1, 1e10, 1e-7, true, '\x00ff', '2018-07-13', '24:00', '13:51:30.1237+02', '2018-07-13 11:23:45.340', '2018-07-13 11:23:45.34+02',
                '1 year 2 mons 3 days 04:05:06.78', '{"b" : 1, "a\"  ":  [1, 2]}', '{"b": 1, "a": "x y"}', 'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11', 'ok', 'ab', 'ä''', B'110', B'1', '10.0.0.1',
                '{1,NULL,3}', '{"a b","NULL",c\"}', '"k"=>"v", "n"=>NULL', '-1234.5', '<a> b</a>'),
            (2, 'Infinity', 0, 'NaN', '-Infinity', false, '', 'infinity', '10:23:45.68', '00:30+05:30', '0044-03-15 12:00:00 BC', '-infinity', '-1 mon', null, '1', null, null, '', '', B'001', B'0', '10.0.0.0/8',
                '{}', '{{a,b},{c,d}}', '', 0, null)
            """);
        var table = Assert.Single(await Source.DescribeAsync(["t"], Ct));

        var rows = await Source.ReadChunkAsync(table, null, null, 10, Ct);

        // Letter for letter what the stream's are (PostgresFeedTests compares them at random): this is what they look like.
        Assert.Equal(
            """
            id 1, num 'NaN', num2 1.10, f4 10000000000, f8 1E-07, b true, by 00ff, d '2018-07-13', ti '24:00:00', tz '11:51:30.1237Z', ts '2018-07-13T11:23:45.34', tstz '2018-07-13T09:23:45.34Z', iv 'P1Y2M3DT4H5M6.78S', j '{"b":1,"a\"  ":[1,2]}', jb '{"a":"x y","b":1}', u 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', e 'ok', c 'ab   ', v 'ä'', bt 06, b1 true, ip '10.0.0.1', a [1,null,3], at ["a b","NULL","c\""], h '{"k":"v","n":null}', m -1234.50, x '<a> b</a>'
            """, rows[0].ToString());
        Assert.Equal(
            """
            id 2, num 'Infinity', num2 0.00, f4 'NaN', f8 '-Infinity', b false, by , d 'infinity', ti '10:23:45.68', tz '19:00:00Z', ts '0044-03-15T12:00:00 BC', tstz '-infinity', iv 'P-1M', j null, jb '1', u null, e null, c '     ', v '', bt 01, b1 false, ip '10.0.0.0/8', a [], at [["a","b"],["c","d"]], h '{}', m 0.00, x null
            """, rows[1].ToString());
    }

    [Fact]
    public async Task ReadChunk_CompositeTextKey_ComesOnceInTheOrderOfBytes()
    {
        await Database.RunAsync("""
            create table t (a text collate "en-x-icu", b int, primary key (a, b));
            insert into t select k, n from unnest(array['a', 'B', 'ä', 'b', 'it''s', '\']) k, generate_series(1, 5) n
            """);
        var table = Assert.Single(await Source.DescribeAsync(["t"], Ct));

        var read = new List<string>();
        ChangeRow? after = null;
        while (await Source.ReadChunkAsync(table, after, null, 7, Ct) is { Length: > 0 } rows)
        {
            read.AddRange(rows.Select(row => $"{row[0].Text}{row[1].Text}"));
            after = rows[^1];
        }

        Assert.Equal(30, read.Count);
        Assert.Equal(read.Order(StringComparer.Ordinal), read);
        var (first, last) = (Key("B", 4), Key("a", 1));
        Assert.Equal(["B5", "\\1", "\\2", "\\3", "\\4", "\\5", "a1"], (await Source.ReadChunkAsync(table, first, last, 100, Ct)).Select(row => $"{row[0].Text}{row[1].Text}"));
        Assert.Equal(["B4", "a1"], (await Source.ReadRowsAsync(table, [last, Key("x", 1), first, first], Ct)).Select(row => $"{row[0].Text}{row[1].Text}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Watermark_WrittenAgain_IsOneRowCountedUp()
    {
        await Database.RunAsync("create table t (id int primary key)");
        await PostgresCapture.InstallAsync(Source, "shop", ["t"], Ct);
        await PostgresCapture.InstallAsync(Source, "shop", ["t"], Ct);
        var lineage = await Source.ReadLineageAsync(Ct);

        await Source.WriteWatermarkAsync("shop", lineage, null, DateTimeOffset.UnixEpoch, Ct);
        var counter = await Source.WriteWatermarkAsync("shop", lineage, "copy/t/1/low", DateTimeOffset.UnixEpoch.AddSeconds(1), Ct);

        Assert.Matches(@"^\d{10,}/\d+$", lineage);
        Assert.Equal(2, counter);
        Assert.Equal("shop 2 1000 copy/t/1/low", await Database.ScalarAsync("select concat_ws(' ', dataset, counter, ts_ms, mark) from hub_watermark"));
    }

    [Fact]
    public async Task Remove_AfterInstall_LeavesNothing()
    {
        await Database.RunAsync("create table t (id int primary key)");
        await PostgresCapture.InstallAsync(Source, "my-Shop", ["t"], Ct);
        await Source.WriteWatermarkAsync("my-Shop", "x", null, DateTimeOffset.UnixEpoch, Ct);
        await Database.RunAsync($"select pg_create_logical_replication_slot('{PostgresCapture.Slot("my-Shop", Database.Name)}', 'pgoutput')");

        await PostgresCapture.RemoveAsync(Source, "my-Shop", [Database.Name], Ct);
        await PostgresCapture.RemoveAsync(Source, "my-Shop", [Database.Name], Ct);

        Assert.Equal(0L, await Database.ScalarAsync("""
            select (select count(*) from pg_publication) + (select count(*) from pg_replication_slots where database = current_database())
                + (select count(*) from pg_class where relname = 'hub_watermark')
            """));
    }

    [Fact]
    public async Task Install_TableWithoutKey_IsRefusedAndLegacyKeepsWriting()
    {
        await Database.RunAsync("create table t (id int); insert into t values (1)");

        var refused = await Assert.ThrowsAsync<FeedBrokenException>(() => PostgresCapture.InstallAsync(Source, "shop", ["t"], Ct));

        Assert.Contains("t with a primary key", refused.Message, StringComparison.Ordinal);
        await Database.RunAsync("update t set id = 2");
        await Database.RunAsync("alter table t add primary key (id), replica identity nothing");
        refused = await Assert.ThrowsAsync<FeedBrokenException>(() => PostgresCapture.InstallAsync(Source, "shop", ["t"], Ct));
        Assert.Contains("updates and deletes of t would fail", refused.Message, StringComparison.Ordinal);
        await Database.RunAsync("update t set id = 3");
        Assert.Equal(0L, await Database.ScalarAsync("select count(*) from pg_publication"));
    }

    [Fact]
    public async Task Inspect_LeastPrivilegeRoleOfTheScript_FindsNothingThatBlocks()
    {
        var role = TestServers.RandomName("role");
        await Database.RunAsync($"create role {role} login; create table t (id int primary key, n numeric(10,2))");
        try
        {
            await Database.RunAsync(PostgresCapture.InstallScript("shop", ["t"], role: role));
            await using var source = new PostgresSource($"{Database.ConnectionString};Username={role}");

            Assert.Empty((await source.InspectAsync(["t"], Ct)).Where(finding => finding.Blocks));
            Assert.Equal(1, await source.WriteWatermarkAsync("shop", await source.ReadLineageAsync(Ct), null, DateTimeOffset.UnixEpoch, Ct));
            Assert.Empty(await source.ReadChunkAsync((await source.DescribeAsync(["t"], Ct))[0], null, null, 1, Ct));
            Assert.False((await source.ReadLogAsync(Ct)).Lost);
        }
        finally
        {
            await Database.RunAsync($"drop owned by {role}; drop role {role}");
        }
    }

    [Fact]
    public async Task Inspect_WhatStandsInTheWay_IsToldWithWhatToDo()
    {
        var role = TestServers.RandomName("role");
        await Database.RunAsync($"""
            create role {role} login;
            create table nokey (id int);
            create table nothing (id int primary key); alter table nothing replica identity nothing;
            create unlogged table unlogged (id int primary key);
            create view v as select 1 as id;
            create table big (id text collate "en-x-icu" primary key, n numeric, g int generated always as (1) stored, p point);
            create table hidden (id int primary key); alter table hidden enable row level security;
            create publication everything for all tables;
            grant select on nokey, nothing, unlogged, big, hidden to {role}
            """);
        try
        {
            await using var source = new PostgresSource($"{Database.ConnectionString};Username={role}");

            var findings = await source.InspectAsync(["nokey", "nothing", "unlogged", "v", "big", "hidden", "absent"], Ct);

            var blocking = findings.Where(finding => finding.Blocks).Select(finding => finding.What).ToArray();
            Assert.Contains(blocking, what => what.Contains("may not replicate", StringComparison.Ordinal));
            Assert.Contains(blocking, what => what.Contains("nokey has no primary key", StringComparison.Ordinal));
            Assert.Contains(blocking, what => what.Contains("nothing has REPLICA IDENTITY NOTHING", StringComparison.Ordinal));
            Assert.Contains(blocking, what => what.Contains("unlogged is unlogged", StringComparison.Ordinal));
            Assert.Contains(blocking, what => what.Contains("v is no table but a view", StringComparison.Ordinal));
            Assert.Contains(blocking, what => what.Contains("hides rows of hidden", StringComparison.Ordinal));
            Assert.Contains(blocking, what => what.Contains("no table absent", StringComparison.Ordinal));
            var warnings = findings.Where(finding => !finding.Blocks).Select(finding => finding.What).ToArray();
            Assert.Contains(warnings, what => what.Contains("big.n is numeric", StringComparison.Ordinal));
            Assert.Contains(warnings, what => what.Contains("generated columns of big", StringComparison.Ordinal));
            Assert.Contains(warnings, what => what.Contains("big.p is point", StringComparison.Ordinal));
            Assert.Contains(warnings, what => what.Contains("key of big (id) is text", StringComparison.Ordinal));
            Assert.Contains(warnings, what => what.Contains("everything is FOR ALL TABLES", StringComparison.Ordinal));
            Assert.Contains(warnings, what => what.Contains("max_slot_wal_keep_size is unbounded", StringComparison.Ordinal));
            Assert.All(findings, finding => Assert.NotEmpty(finding.Do));
        }
        finally
        {
            await Database.RunAsync($"drop owned by {role}; drop role {role}");
        }
    }

    [Fact]
    [Trait("Pain", "SlotGrowsWithoutBound")]
    public async Task ReadLog_SlotThatNobodyReads_SaysWhatItKeeps()
    {
        var slot = PostgresCapture.Slot(Database.Name, "new");
        await using var source = new PostgresSource(Database.ConnectionString, slots: [slot]);
        Assert.Equal(new SourceLog(null, null), await source.ReadLogAsync(Ct));
        await Database.RunAsync($"select pg_create_logical_replication_slot('{slot}', 'pgoutput')");

        await Database.RunAsync("create table t (id int primary key, x text); insert into t select n, repeat('x', 1000) from generate_series(1, 1000) n");

        Assert.InRange((await source.ReadLogAsync(Ct)).KeptBytes ?? 0, 1_000_000, long.MaxValue);
    }

    [Fact]
    public async Task Estimate_AnalyzedPartitions_AreSummed()
    {
        await Database.RunAsync("""
            create table t (id int primary key) partition by range (id);
            create table t1 partition of t for values from (0) to (500);
            create table t2 partition of t for values from (500) to (5000);
            insert into t select generate_series(1, 1000);
            analyze t
            """);
        var table = Assert.Single(await Source.DescribeAsync(["t"], Ct));

        Assert.Equal(1000L, await Source.EstimateRowsAsync(table, Ct));
        Assert.Equal(1000, (await Source.ReadChunkAsync(table, null, null, 20_000, Ct)).Length);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static ChangeRow Key(string a, int b) => new(
        new ColumnNames(["a", "b"]), [new(ChangeValueKind.Text, a), new(ChangeValueKind.Number, b.ToString(CultureInfo.InvariantCulture))]);
}
