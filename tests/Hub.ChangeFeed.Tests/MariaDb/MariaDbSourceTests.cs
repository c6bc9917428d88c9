using System.Globalization;
using Hub.ChangeFeed.MariaDb;
using Hub.ChangeFeed.Sources;
using Hub.Servers;

namespace Hub.ChangeFeed.Tests.MariaDb;

public sealed class MariaDbSourceTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private TestDatabase Database { get; set; } = null!;

    private MariaDbSource Source { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.MariaDbAsync("source");
        Source = new MariaDbSource(Database.ConnectionString);
    }

    [Fact]
    public async Task Describe_KeysUniquesAndTypes_AreAsDeclared()
    {
        await Database.RunAsync("""
            create table `li``nes` (n int unsigned, order_id bigint, price decimal(12,2) not null, how enum('sad', 'ok') default 'ok', yes tinyint(1), b bit(1),
                code varchar(8) unique, part varchar(500), unique key prefix (part(10)), primary key (order_id, n))
            """);

        var table = Assert.Single(await Source.DescribeAsync(["absent", "li`nes"], Ct));

        Assert.Equal(["order_id", "n"], table.Key);
        Assert.Equal([["code"]], table.Uniques.Select(unique => unique.ToArray()));
        Assert.True(table.WholeBefore);
        Assert.Equal(
            [
                new("n", ColumnType.WholeNumber, "int(10) unsigned", true, false), new("order_id", ColumnType.WholeNumber, "bigint(20)", true, false),
                new("price", ColumnType.ExactNumber, "decimal(12,2)", true, false), new("how", ColumnType.Enum, "enum('sad','ok')", false, true),
                new("yes", ColumnType.WholeNumber, "tinyint(1)", false, true), new("b", ColumnType.Boolean, "bit(1)", false, true),
                new("code", ColumnType.Text, "varchar(8)", false, true), new("part", ColumnType.Text, "varchar(500)", false, true),
            ],
            table.Columns);
    }

    [Fact]
    public async Task ReadChunk_EveryType_IsCanonical()
    {
        await Database.RunAsync("""
            create table t (id bigint unsigned primary key, z int(8) zerofill, n decimal(10,2), nz decimal(8,2) zerofill, f float, d double, b tinyint(1), bi binary(3), bl blob,
                d1 date, dn date not null, ti time(6), dt datetime(6), dtn datetime not null, ts timestamp(3) null, y year, e enum('a','ö'), s set('x','y'), j json, bt bit(12), b1 bit(1), c char(5), u uuid, latin varchar(9) character set latin1);
            set sql_mode = '', time_zone = '+02:00';
            insert into t values (18446744073709551615, 42, 1.1, 1.1, 0.1, 1e-7, 5, 'a', x'00FF', '2018-07-13', '2018-07-13', '-838:59:58.9', '2018-07-13 11:23:45.34', '2018-07-13 11:23:45',
                '2018-07-13 11:23:45.34', 2023, 'ö', 'x,y', '{"b" : 1}', b'110000000001', b'1', 'ab ', '123e4567-e89b-12d3-a456-426655440000', 'é'),
            (2, 0, 0, 0, 1e10, 1e20, 0, '', '', '0000-00-00', '0000-00-00', '00:00:01', '0000-00-00', '0000-00-00', null, 0, null, '', null, b'0', b'0', '', null, null)
            """);
        var table = Assert.Single(await Source.DescribeAsync(["t"], Ct));

        var rows = await Source.ReadChunkAsync(table, null, null, 10, Ct);

        Assert.Equal(
            """
            id 2, z 0, n 0.00, nz 0.00, f 10000000000, d 1E+20, b 0, bi 000000, bl , d1 null, dn '1970-01-01', ti '00:00:01', dt null, dtn '1970-01-01T00:00:00', ts null, y 0, e null, s '', j null, bt , b1 false, c '', u null, latin null
            """, rows[0].ToString());
        Assert.Equal(
            """
            id 18446744073709551615, z 42, n 1.10, nz 1.10, f 0.1, d 1E-07, b 5, bi 610000, bl 00ff, d1 '2018-07-13', dn '2018-07-13', ti '-838:59:58.9', dt '2018-07-13T11:23:45.34', dtn '2018-07-13T11:23:45', ts '2018-07-13T09:23:45.34Z', y 2023, e 'ö', s 'x,y', j '{"b" : 1}', bt 010c, b1 true, c 'ab', u '123e4567-e89b-12d3-a456-426655440000', latin 'é'
            """, rows[1].ToString());
    }

    [Fact]
    public async Task ReadChunk_CompositeTextKey_ComesOnceInTheOrderOfBytes()
    {
        await Database.RunAsync("""
            create table t (a varchar(20) collate utf8mb4_general_ci, b datetime(3), c varbinary(4), primary key (a, b, c));
            insert into t select k.v, concat('2020-01-0', n.v, ' 00:00:00.5'), x'00ff'
            from (select 'a' v union select 'B' union select 'ö' union select 'it''s' union select '\\') k, (select 1 v union select 2 union select 3 union select 4 union select 5) n
            """);
        var table = Assert.Single(await Source.DescribeAsync(["t"], Ct));

        var read = new List<ChangeRow>();
        while (await Source.ReadChunkAsync(table, read.LastOrDefault(), null, 7, Ct) is { Length: > 0 } rows)
        {
            read.AddRange(rows);
        }

        var keys = read.Select(row => $"{row[0].Text} {row[1].Text}").ToArray();
        Assert.Equal(25, keys.Length);
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
        Assert.Equal(keys[3..9], (await Source.ReadChunkAsync(table, read[2], read[8], 100, Ct)).Select(row => $"{row[0].Text} {row[1].Text}"));
        Assert.Equal([keys[4], keys[20]], (await Source.ReadRowsAsync(table, [read[20], read[4], read[20]], Ct)).Select(row => $"{row[0].Text} {row[1].Text}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ReadRows_EveryKindOfKey_FindsItsRow()
    {
        await Database.RunAsync("""
            create table t (i bigint, u bigint unsigned, n decimal(20,4), d date, t time(3), s timestamp(3), x binary(2), bt bit(12), e enum('b', 'a'), v varchar(10), primary key (i, u, n, d, t, s, x, bt, e, v));
            set time_zone = '+05:00';
            insert into t values (-9007199254740993, 18446744073709551615, 1.5, '2020-02-03', '-10:11:12.5', '2020-02-03 04:05:06.7', x'0100', b'100000000011', 'a', 'ä\\''')
            """);
        var table = Assert.Single(await Source.DescribeAsync(["t"], Ct));
        var row = Assert.Single(await Source.ReadChunkAsync(table, null, null, 10, Ct));

        Assert.Equal(row.ToString(), Assert.Single(await Source.ReadRowsAsync(table, [row], Ct)).ToString());
        Assert.Single(await Source.ReadChunkAsync(table, null, row, 10, Ct));
        Assert.Empty(await Source.ReadChunkAsync(table, row, null, 10, Ct));
    }

    [Fact]
    public async Task Watermark_WrittenAgain_IsOneRowCountedUp()
    {
        await Database.RunAsync(MariaDbSource.InstallScript(Database.Name));
        await Database.RunAsync(MariaDbSource.InstallScript(Database.Name));
        var lineage = await Source.ReadLineageAsync(Ct);

        Assert.Equal(1, await Source.WriteWatermarkAsync("shop", lineage, null, DateTimeOffset.UnixEpoch, Ct));
        Assert.Equal(2, await Source.WriteWatermarkAsync("shop", lineage, "x", DateTimeOffset.UnixEpoch.AddSeconds(1), Ct));
        Assert.Equal(1, await Source.WriteWatermarkAsync("Shop", lineage, "x", DateTimeOffset.UnixEpoch.AddSeconds(1), Ct));

        Assert.NotEmpty(lineage);
        Assert.Equal("shop 2 1000 x", await Database.ScalarAsync("select concat_ws(' ', dataset, counter, ts_ms, mark) from hub_watermark where dataset = 'shop'"));
        Assert.InRange((await Source.ReadLogAsync(Ct)).KeptBytes ?? 0, 1, long.MaxValue);
    }

    [Fact]
    public async Task Inspect_WhatStandsInTheWay_IsToldWithWhatToDo()
    {
        await Database.RunAsync("""
            create table nokey (id int);
            create table parent (id varchar(9) primary key, y year, n decimal(30,2));
            create table child (id int primary key, p varchar(9), ip inet6, foreign key (p) references parent (id) on delete cascade);
            create table heap (id int primary key) engine = MyISAM;
            create view v as select 1 as id
            """);

        var findings = await Source.InspectAsync(["nokey", "parent", "child", "heap", "v", "absent"], Ct);

        var blocking = findings.Where(finding => finding.Blocks).Select(finding => finding.What).ToArray();
        Assert.Contains(blocking, what => what.Contains("nokey has no primary key", StringComparison.Ordinal));
        Assert.Contains(blocking, what => what.Contains("Rows of child are changed by the foreign keys", StringComparison.Ordinal));
        Assert.Contains(blocking, what => what.Contains("child.ip is inet6", StringComparison.Ordinal));
        Assert.Contains(blocking, what => what.Contains("heap is stored by MyISAM", StringComparison.Ordinal));
        Assert.Contains(blocking, what => what.Contains("v is a view", StringComparison.Ordinal));
        Assert.Contains(blocking, what => what.Contains("no table absent", StringComparison.Ordinal));
        var warnings = findings.Where(finding => !finding.Blocks).Select(finding => finding.What).ToArray();
        Assert.Contains(warnings, what => what.Contains("parent.y is year", StringComparison.Ordinal));
        Assert.Contains(warnings, what => what.Contains("parent.n is decimal(30,2)", StringComparison.Ordinal));
        Assert.Contains(warnings, what => what.Contains("key of parent is text", StringComparison.Ordinal));
        Assert.Contains(warnings, what => what.Contains("dates like 0000-00-00", StringComparison.Ordinal));
        Assert.Contains(warnings, what => what.Contains($"{Database.Name}.child", StringComparison.Ordinal));
        Assert.All(findings, finding => Assert.NotEmpty(finding.Do));
    }

    [Fact]
    public async Task Inspect_TableAsItShouldBe_BlocksNothing()
    {
        await Database.RunAsync("create table t (id int primary key, n decimal(10,2)); insert into t values (1, 2)");

        Assert.DoesNotContain(await Source.InspectAsync(["t"], Ct), finding => finding.Blocks);
        Assert.InRange(Convert.ToInt64(await Source.EstimateRowsAsync((await Source.DescribeAsync(["t"], Ct))[0], Ct), CultureInfo.InvariantCulture), 0, 10);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Database.DisposeAsync();
    }
}
