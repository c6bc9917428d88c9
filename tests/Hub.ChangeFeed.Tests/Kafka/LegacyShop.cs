using System.Data.Common;
using System.Globalization;
using Hub.Servers;
using MySqlConnector;
using Npgsql;

namespace Hub.ChangeFeed.Tests.Kafka;

/// <summary>A database of two tables with its Debezium connector's configuration.</summary>
internal abstract class LegacyShop(TestDatabase database) : IAsyncDisposable
{
    public TestDatabase Database => database;

    public string Name => database.Name;

    /// <summary>By which the connector names tables.</summary>
    public abstract string Schema { get; }

    public static async Task<LegacyShop> CreateAsync(string engine)
    {
        LegacyShop shop = engine == "postgres" ? new Postgres(await TestDatabase.PostgresAsync()) : new MariaDb(await TestDatabase.MariaDbAsync());
        await shop.Database.RunAsync("""
            create table item (id int primary key, v varchar(200), n numeric(12,2));
            create table line (id int, part int, v varchar(200), primary key (id, part));
            create table hub_watermark (dataset varchar(64) primary key, counter bigint, ts_ms bigint, lineage varchar(64), mark varchar(64));
            create table debezium_signal (id varchar(42) primary key, type varchar(32) not null, data varchar(2048));
            insert into hub_watermark values ('orders', 0, 0, 'server', null);
            """);
        await shop.FillAsync();
        return shop;
    }

    public abstract Dictionary<string, string> Config(string topic);

    /// <summary>What a person may write to have the connector copy both tables, beside the hub's own way.</summary>
    public string Copy() => $$"""
        insert into debezium_signal (id, type, data)
        values ('copy-1', 'execute-snapshot', '{"data-collections":["{{Schema}}.item","{{Schema}}.line"],"type":"incremental"}')
        """;

    /// <summary>A change that a shop may make; what is deleted or moved may be none.</summary>
    public string Change(Random random, int serial)
    {
        var (id, other) = (random.Next(1, 4_000), random.Next(1, 4_000));
        return random.Next(6) switch
        {
            0 => InsertItem($"({id}, 'new {other}', {other}.10)"),
            1 => $"update item set v = 'v{other}', n = n + 1 where id between {id} and {id + 3}",
            2 => $"delete from item where id = {id}",
            3 => $"update item set id = id + {10_000 * serial} where id = {id}",
            4 => UpsertLine($"({id}, {random.Next(3)}, 'x')"),
            _ => $"delete from line where id = {id}",
        };
    }

    /// <summary>All rows, as a fold of their changes has them.</summary>
    public async Task<IEnumerable<string>> RowsAsync()
    {
        await using var connection = await database.OpenAsync();
        var rows = new List<string>();
        foreach (var (table, key, sql) in ((string, int, string)[])[("item", 1, "select id, v, n from item"), ("line", 2, "select id, part, v from line")])
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                string[] values = [.. Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader[i], CultureInfo.InvariantCulture)!)];
                rows.Add($"{table} {string.Join(' ', values[..key])}: {string.Join(' ', values)}");
            }
        }

        return rows.Order(StringComparer.Ordinal);
    }

    public static async Task RunAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    protected abstract Task FillAsync();

    protected abstract string InsertItem(string row);

    protected abstract string UpsertLine(string row);

    protected Dictionary<string, string> Common(string connector, string topic) => new()
    {
        ["connector.class"] = connector,
        ["topic.prefix"] = Name,
        ["table.include.list"] = $"{Schema}.item,{Schema}.line,{Schema}.hub_watermark,{Schema}.debezium_signal",
        ["signal.data.collection"] = $"{Schema}.debezium_signal",
        ["notification.enabled.channels"] = "sink",
        ["notification.sink.topic.name"] = $"{Name}.notifications",
        ["tombstones.on.delete"] = "false",
        ["provide.transaction.metadata"] = "true",
        ["decimal.handling.mode"] = "string",
        ["incremental.snapshot.chunk.size"] = "1000",
        ["snapshot.mode"] = "no_data",
        ["transforms"] = "one",
        ["transforms.one.type"] = "org.apache.kafka.connect.transforms.RegexRouter",
        ["transforms.one.regex"] = $"{Name}\\.({Schema}\\..*|transaction|notifications)",
        ["transforms.one.replacement"] = topic,
    };

    private sealed class Postgres(TestDatabase database) : LegacyShop(database)
    {
        public override string Schema => "public";

        public override Dictionary<string, string> Config(string topic)
        {
            var server = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
            return new(Common("io.debezium.connector.postgresql.PostgresConnector", topic))
            {
                ["database.hostname"] = server.Host!,
                ["database.port"] = server.Port.ToString(CultureInfo.InvariantCulture),
                ["database.user"] = server.Username!,
                ["database.password"] = "unused",
                ["database.dbname"] = Name,
                ["plugin.name"] = "pgoutput",
                ["slot.name"] = Name,
                ["publication.name"] = "hub_orders",
                ["publication.autocreate.mode"] = "disabled",
            };
        }

        protected override Task FillAsync() => Database.RunAsync("""
            insert into item select i, 'before ' || i, i / 7.0 from generate_series(0, 3000) i;
            insert into line select i, 1, 'before ' || i from generate_series(0, 3000) i;
            create publication hub_orders for table item, line, hub_watermark, debezium_signal;
            """);

        protected override string InsertItem(string row) => $"insert into item values {row} on conflict do nothing";

        protected override string UpsertLine(string row) => $"insert into line values {row} on conflict (id, part) do update set v = concat(line.v, 'y')";
    }

    private sealed class MariaDb(TestDatabase database) : LegacyShop(database)
    {
        public override string Schema => Name;

        public override Dictionary<string, string> Config(string topic)
        {
            var server = new MySqlConnectionStringBuilder(Database.ConnectionString);
            return new(Common("io.debezium.connector.mariadb.MariaDbConnector", topic))
            {
                ["database.hostname"] = server.Server,
                ["database.port"] = server.Port.ToString(CultureInfo.InvariantCulture),
                ["database.user"] = server.UserID,
                ["database.password"] = server.Password,
                ["database.server.id"] = Random.Shared.Next(10_000, 1_000_000).ToString(CultureInfo.InvariantCulture),
                ["database.include.list"] = Name,
                ["schema.history.internal.kafka.bootstrap.servers"] = TestServers.Kafka,
                ["schema.history.internal.kafka.topic"] = $"{topic}.history",
                ["schema.history.internal.store.only.captured.tables.ddl"] = "true",
                ["schema.history.internal.store.only.captured.databases.ddl"] = "true",
                ["schema.history.internal.skip.unparseable.ddl"] = "true",
            };
        }

        protected override Task FillAsync() => Database.RunAsync("""
            insert into item select seq, concat('before ', seq), seq / 7.0 from seq_0_to_3000;
            insert into line select seq, 1, concat('before ', seq) from seq_0_to_3000;
            """);

        protected override string InsertItem(string row) => $"insert ignore into item values {row}";

        protected override string UpsertLine(string row) => $"insert into line values {row} on duplicate key update v = concat(v, 'y')";
    }
}
