using Hub.ChangeFeed;
using Hub.Migration.Applying;
using Hub.Migration.Applying.Postgres;
using Hub.Migration.Mapping;
using Hub.Servers;
using Npgsql;

namespace Hub.Migration.Tests.Applying;

public sealed class PostgresTargetTests : TargetStoreContract
{
    private TestDatabase? _database;

    [Fact]
    public async Task DeferredConstraints_AreLookedAtBeforeTheCommit()
    {
        await RunAsync("ALTER TABLE item DROP CONSTRAINT item_grp_id_fkey, ADD CONSTRAINT item_grp_id_fkey FOREIGN KEY (grp_id) REFERENCES grp DEFERRABLE INITIALLY DEFERRED");
        await using var session = await TakeAsync();
        await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Create("Items", Shop.Item(1, 1, "x")).Create("Items", Shop.Item(2, 9, "no group")).Batch(), Token);

        Assert.Equal(["1"], await RowsAsync("SELECT id FROM item"));
        Assert.Equal(1, session.State.Quarantined);
    }

    [Fact]
    public async Task Values_OfEveryType_AreWrittenAsTheColumnHasThem()
    {
        await RunAsync(
            """
            CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN cents AS numeric(12,2);
            CREATE TABLE every(id BIGINT PRIMARY KEY, i2 SMALLINT, i4 INTEGER, n NUMERIC, n2 cents, f4 REAL, f8 FLOAT8, b BOOLEAN, v VARCHAR(5), c CHAR(3), e mood,
              j JSON, jb JSONB, ts TIMESTAMP, tz TIMESTAMPTZ, d DATE, t TIME, iv INTERVAL, by BYTEA, u UUID, a INTEGER[]);
            """);
        object?[] row =
        [
            1L, -32768L, 2147483647L, -12345678901234.000056780m, 19.90m, 0.1, 1e-300, true, "fünf€", "ab ", "glad", "{\"a\": 1}", "{\"a\": 1}",
            new DateTime(1969, 12, 31, 23, 59, 59, 999, 999, DateTimeKind.Unspecified), new DateTimeOffset(2027, 1, 31, 6, 0, 0, TimeSpan.Zero).AddTicks(10), new DateOnly(1, 1, 1),
            new TimeOnly(23, 59, 59, 999, 999), new TimeSpan(-3, 4, 5), new byte[] { 0, 255 }, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), "{1,NULL,3}",
        ];
        var written = await WriteAsync("every", row);
        Assert.Equal(row, (await Target.ReadRowsAsync(written, [[1L]], Token)).Single());
        Assert.Equal(["-12345678901234.000056780 19.90 0.1 2027-01-31 06:00:00.000001"], await RowsAsync("SELECT n, n2, f4, tz AT TIME ZONE 'UTC' FROM every"));
        foreach (var number in new[] { 0m, 0.00m, 1m, 10_000m, 0.0001m, 0.00001m, decimal.MaxValue, decimal.MinValue, 79228162514264337593543950335m, 1.0000000000000000000000000001m, 99999999.9999m })
        {
            row[3] = number;
            await WriteAsync("every", row);
            Assert.Equal([number.ToString(System.Globalization.CultureInfo.InvariantCulture)], await RowsAsync("SELECT n::text FROM every"));
        }
    }

    [Theory]
    [InlineData(1, 40000L, "i2")]
    [InlineData(1, "7", "i2")]
    [InlineData(2, 0.1234567890123, "f4")]
    [InlineData(3, "sixsix", "v")]
    [InlineData(3, "a\0b", "v")]
    [InlineData(4, 1.5, "n2")]
    public async Task Value_ThatDoesNotFit_IsRefusedWithTheColumnsName(int place, object value, string column)
    {
        await RunAsync("CREATE TABLE tight(id BIGINT PRIMARY KEY, i2 SMALLINT, f4 REAL, v VARCHAR(5), n2 NUMERIC(4,1), ts TIMESTAMP(3))");
        var table = Bare("tight", "id", "i2", "f4", "v", "n2", "ts");
        await using var rows = await PostgresRows.HoldAsync((NpgsqlConnection)await _database!.OpenAsync(), new TargetMapping([table]), Token);
        object?[] row = [1L, null, null, null, null, null];
        Assert.Null(rows.Refuse(table, row));
        row[place] = value;
        Assert.StartsWith($"column {column}: ", rows.Refuse(table, row), StringComparison.Ordinal);
        Assert.NotNull(rows.Refuse(table, [1L, null, null, "a\ud800b", null, null]));
        Assert.NotNull(rows.Refuse(table, [1L, null, null, null, 1.55m, null]));
        Assert.NotNull(rows.Refuse(table, [1L, null, null, null, 1000m, null]));
        Assert.Null(rows.Refuse(table, [1L, null, null, null, 999.90m, null]));
        Assert.NotNull(rows.Refuse(table, [1L, null, null, null, null, new DateTime(1)]));
    }

    [Fact]
    public async Task Role_WithTheGrantedRightsAlone_Feeds_AndNewsRoleThatMayWriteIsTold()
    {
        var (hub, reader) = (TestServers.RandomName("hubrole"), TestServers.RandomName("newrole"));
        await RunAsync($"CREATE ROLE {hub} LOGIN; CREATE ROLE {reader}; GRANT ALL ON grp TO {reader}");
        try
        {
            Assert.Contains($"{reader} may write \"grp\", which", Assert.Single(await Target.InspectAsync(reader, ["grp", "item"], Token)), StringComparison.Ordinal);
            Assert.Contains("no role", Assert.Single(await Target.InspectAsync($"{reader}x", ["grp"], Token)), StringComparison.Ordinal);
            // As docs/operate/targets.md writes it.
            await RunAsync($"""
                CREATE SCHEMA IF NOT EXISTS hub AUTHORIZATION {hub};
                GRANT CONNECT, TEMPORARY ON DATABASE {_database!.Name} TO {hub};
                GRANT SELECT, INSERT, UPDATE, DELETE ON grp, item TO {hub};
                REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON grp, item FROM PUBLIC, {reader};
                GRANT SELECT ON grp, item TO {reader};
                """);
            Assert.Empty(await Target.InspectAsync(reader, ["grp", "item"], Token));
            await using var target = new PostgresTarget(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = hub }.ToString(), Shop.Dataset, "least");
            await using var session = await target.TakeAsync(
                new TargetRequest(Shop.Mapping, null, new FeedPoint("log", 0, default), new Dictionary<string, string>(), (_, _, _) => Task.FromResult<IReadOnlyList<ChangeRow>>([])), Token);
            await session.ApplyAsync(Feed.Create("Groups", Shop.Group(1, "a")).Truncate("Items").Create("Items", Shop.Item(1, 1, "x")).Delete("Items", 1).Batch(), Token);
            Assert.Equal(["1"], await RowsAsync("SELECT id FROM grp"));
        }
        finally
        {
            await RunAsync($"DROP OWNED BY {hub}, {reader} CASCADE; DROP ROLE {hub}, {reader}");
        }
    }

    [Fact]
    public async Task SchemaInFrontOfATable_IsKept()
    {
        await RunAsync("CREATE SCHEMA sales; CREATE TABLE sales.\"Order\"(id BIGINT PRIMARY KEY, v TEXT)");
        var table = await WriteAsync("sales.Order", [1L, "a"]);

        Assert.Equal("a", (await Target.ReadRangeAsync(table, null, null, 10, Token)).Single()[1]);
        Assert.Equal(1, (await Target.CountRowsAsync(["sales.Order"], Token))["sales.Order"]);
    }

    [Fact]
    public async Task TextKeys_AreReadByTheirBytes()
    {
        await RunAsync("CREATE TABLE words(id TEXT PRIMARY KEY)");
        await RunAsync("INSERT INTO words VALUES('b'), ('A'), ('a'), ('B'), ('ä')");
        var table = Bare("words", "id");

        Assert.Equal(["A", "B", "a", "b", "ä"], (await Target.ReadRangeAsync(table, null, null, 10, Token)).Select(row => row[0]));
        Assert.Equal(["a", "b"], (await Target.ReadRangeAsync(table, ["B"], ["b"], 10, Token)).Select(row => row[0]));
    }

    protected override string HubPrefix => "hub.";

    protected override int Histories => 12;

    private protected override async Task<HubTarget> OpenAsync()
    {
        _database = await TestDatabase.PostgresAsync("target");
        return new PostgresTarget(_database.ConnectionString, Shop.Dataset, "here");
    }

    protected override async Task CloseAsync() => await _database!.DisposeAsync();

    protected override Task RunAsync(string sql) => _database!.RunAsync(sql);

    protected override async Task<string[]> RowsAsync(string sql)
    {
        await using var connection = await _database!.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(Token);
        var rows = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : reader.GetValue(i) is DateTime time
                ? time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture)
                : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{reader.GetValue(i)}"))));
        }

        return [.. rows];
    }

    protected override Task LoosenAsync() => RunAsync("ALTER TABLE item DROP CONSTRAINT item_name_check");

    private protected override async Task AskSourceRowsAsync(Func<SourceRowTable, Task> ask)
    {
        await using var connection = await _database!.OpenAsync();
        await ask(new SourceRowTable(new HubSql(connection), Shop.Dataset, "here", (_, _, _) => Task.FromResult<IReadOnlyList<ChangeRow>>([])));
    }

    private static TableMapping Bare(string name, params string[] columns) => Shop.Table(name, name, [.. columns.Select(column => (column, column))]);

    private async Task<TableMapping> WriteAsync(string name, object?[] row)
    {
        var columns = (await Target.DescribeAsync([name], Token)).Tables.Single().Columns;
        var table = Bare(name, [.. columns.Select(column => column.Name)]);
        await using var rows = await PostgresRows.HoldAsync((NpgsqlConnection)await _database!.OpenAsync(), new TargetMapping([table]), Token);
        await rows.BeginAsync(Token);
        Assert.Null(rows.Refuse(table, row));
        var net = new NetTable(table);
        net.Add(new RowEffect(table, [row[0]], row), 0, ChangeOperation.Update);
        await rows.UpsertAsync(table, [.. net.Rows], swapped: false, Token);
        await rows.Sql.RunAsync("COMMIT", Token);
        return table;
    }
}
