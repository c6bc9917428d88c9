using System.Collections.Concurrent;
using System.Globalization;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Kafka;
using Hub.ChangeFeed.Sources;
using Hub.Servers;
using Npgsql;

namespace Hub.ChangeFeed.Tests.Kafka;

/// <summary>PostgreSQL, Debezium, Kafka, feed: the real ones.</summary>
public sealed class DebeziumRoundTests(ITestOutputHelper output)
{
    private const int Transactions = 1_500;
    private static readonly string[] Tables = ["item", "line"];

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RandomTransactions_WithACopyAndARestartInTheirMiddle_FoldToTheTables()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var shop = await TestDatabase.PostgresAsync();
        await shop.RunAsync("""
            create table item (id int primary key, v text, n numeric(12,2));
            create table line (id int, part int, v text, primary key (id, part));
            create table hub_watermark (dataset text primary key, counter bigint, ts_ms bigint, lineage text, mark text);
            create table debezium_signal (id varchar(42) primary key, type varchar(32) not null, data varchar(2048));
            insert into hub_watermark values ('orders', 0, 0, 'server', null);
            insert into item select i, 'before ' || i, i / 7.0 from generate_series(0, 3000) i;
            insert into line select i, 1, 'before ' || i from generate_series(0, 3000) i;
            create publication hub_orders for table item, line, hub_watermark, debezium_signal;
            """);
        await using var topic = await TestTopic.CreateAsync();
        using var http = new HttpClient { BaseAddress = new Uri(TestServers.Connect) };
        var connect = new DebeziumConnect(http, TimeProvider.System);
        try
        {
            await connect.PutAsync(shop.Name, Config(shop, topic.Name), Ended);
            await Eventually.HoldsAsync(async () => await shop.ScalarAsync("select 1 from pg_replication_slots where database = current_database() and active") is not null, "the slot");
            await using var feed = new KafkaFeed(topic.Kafka, topic.Name, "orders", new DebeziumEnvelope(), null, TimeProvider.System);
            await feed.OpenAsync(null, Ended);

            var writing = WriteAsync(shop, connect, new Random(seed));
            var (rows, copied, last) = await FoldAsync(feed, writing);

            Assert.Equal(await RowsAsync(shop), rows.Select(row => $"{row.Key}: {row.Value}").Order(StringComparer.Ordinal));
            Assert.Equal(["item", "line"], copied.Order(StringComparer.Ordinal));
            Assert.True((await connect.GetStatusAsync(shop.Name, Ended))!.Runs);
            output.WriteLine($"{rows.Count} rows, {feed.Replayed} replays skipped, next {last.Next}, highest {last.Highest}");
        }
        finally
        {
            await connect.DeleteAsync(shop.Name, CancellationToken.None);
        }
    }

    // Writes pairs (item 0 and line 0 always agree), lets a copy begin and the connector restart in the middle, ends with a watermark.
    private static async Task WriteAsync(TestDatabase shop, DebeziumConnect connect, Random random)
    {
        await using var connection = (NpgsqlConnection)await shop.OpenAsync();
        for (var i = 1; i <= Transactions; i++)
        {
            await using (var transaction = await connection.BeginTransactionAsync(Ended))
            {
                await RunAsync(connection, $"update item set v = '{i}' where id = 0");
                for (var change = random.Next(5); change > 0; change--)
                {
                    await RunAsync(connection, Change(random));
                }

                await RunAsync(connection, $"update line set v = '{i}' where id = 0 and part = 1");
                await (random.Next(10) == 0 ? transaction.RollbackAsync(Ended) : transaction.CommitAsync(Ended));
            }

            if (i % 50 == 0)
            {
                await RunAsync(connection, $"update hub_watermark set counter = counter + 1, ts_ms = {i}");
            }

            if (i == Transactions / 3)
            {
                await RunAsync(connection, CopySignal.Copy(SignalDialect.Postgres, ["public", CopySignal.Table], "copy-1", ["public.item", "public.line"]));
            }

            if (i == Transactions / 2)
            {
                await connect.RestartAsync(shop.Name, onlyFailed: false, Ended);
            }
        }

        // The copy ends before the last watermark is written.
        await Eventually.HoldsAsync(async () => Convert.ToInt64(await shop.ScalarAsync("select count(*) from debezium_signal where type = 'snapshot-window-close'"), CultureInfo.InvariantCulture) >= 2 * 3, "the copy's windows");
        await RunAsync(connection, "update hub_watermark set counter = counter + 1, mark = 'end'");
    }

    private static string Change(Random random)
    {
        var (id, other) = (random.Next(1, 4_000), random.Next(1, 4_000));
        return random.Next(6) switch
        {
            0 => $"insert into item values ({id}, 'new {other}', {other}.10) on conflict do nothing",
            1 => $"update item set v = 'v{other}', n = n + 1 where id between {id} and {id + 3}",
            2 => $"delete from item where id = {id}",
            3 => $"update item set id = id + 10000 where id = {id} and not exists (select 1 from item where id = {id} + 10000)",
            4 => $"insert into line values ({id}, {random.Next(3)}, 'x') on conflict (id, part) do update set v = line.v || 'y'",
            _ => $"delete from line where id = {id}",
        };
    }

    private static async Task<(ConcurrentDictionary<string, string> Rows, List<string> Copied, FeedPoint Last)> FoldAsync(KafkaFeed feed, Task writing)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        deadline.CancelAfter(TimeSpan.FromMinutes(3));
        var rows = new ConcurrentDictionary<string, string>();
        var copied = new List<string>();
        for (var (ended, last) = (false, default(FeedPoint)!); ;)
        {
            if (writing.IsFaulted)
            {
                await writing;
            }

            var batch = await feed.ReadAsync(deadline.Token);
            foreach (var change in batch.Events.Where(change => Tables.Contains(change.Table)))
            {
                Fold(rows, change);
            }

            // Whole transactions: the pair never differs between two batches.
            if (!batch.Open && rows.TryGetValue("item 0", out var item) && rows.TryGetValue("line 0 1", out var line))
            {
                Assert.Equal(item.Split(' ')[1], line.Split(' ')[2]);
            }

            copied.AddRange(batch.Notifications.Where(said => said.Type == "TABLE_SCAN_COMPLETED").Select(said => said.Table!));
            ended |= batch.Events.Any(change => Watermark.Of(change) is { Mark: "end" });
            last = batch.Next;
            if (ended && copied.Count == 2)
            {
                await writing;
                return (rows, copied, last);
            }
        }
    }

    private static void Fold(ConcurrentDictionary<string, string> rows, ChangeEvent change)
    {
        var key = $"{change.Table} {string.Join(' ', change.Key.Values.ToArray().Select(value => value.Text))}";
        if (change.After is null)
        {
            rows.TryRemove(key, out _);
        }
        else
        {
            rows[key] = string.Join(' ', change.After.Values.ToArray().Select(value => value.Text));
        }
    }

    private static async Task<IEnumerable<string>> RowsAsync(TestDatabase shop)
    {
        await using var connection = (NpgsqlConnection)await shop.OpenAsync();
        await using var command = new NpgsqlCommand("""
            select 'item ' || id || ': ' || id || ' ' || v || ' ' || n from item
            union all select 'line ' || id || ' ' || part || ': ' || id || ' ' || part || ' ' || v from line
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(Ended);
        var rows = new List<string>();
        while (await reader.ReadAsync(Ended))
        {
            rows.Add(reader.GetString(0));
        }

        return rows.Order(StringComparer.Ordinal);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ended);
    }

    private static async Task RunAsync(NpgsqlConnection connection, SignalStatement signal)
    {
        await using var command = new NpgsqlCommand(signal.Sql, connection);
        foreach (var (name, value) in signal.Parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        await command.ExecuteNonQueryAsync(Ended);
    }

    private static Dictionary<string, string> Config(TestDatabase shop, string topic)
    {
        var server = new NpgsqlConnectionStringBuilder(shop.ConnectionString);
        return new Dictionary<string, string>
        {
            ["connector.class"] = "io.debezium.connector.postgresql.PostgresConnector",
            ["database.hostname"] = server.Host!,
            ["database.port"] = server.Port.ToString(CultureInfo.InvariantCulture),
            ["database.user"] = server.Username!,
            ["database.password"] = "unused",
            ["database.dbname"] = shop.Name,
            ["topic.prefix"] = shop.Name,
            ["plugin.name"] = "pgoutput",
            ["slot.name"] = shop.Name,
            ["slot.drop.on.stop"] = "false",
            ["publication.name"] = "hub_orders",
            ["publication.autocreate.mode"] = "disabled",
            ["table.include.list"] = "public.item,public.line,public.hub_watermark,public.debezium_signal",
            ["signal.data.collection"] = "public.debezium_signal",
            ["notification.enabled.channels"] = "sink",
            ["notification.sink.topic.name"] = $"{shop.Name}.notifications",
            ["tombstones.on.delete"] = "false",
            ["provide.transaction.metadata"] = "true",
            ["decimal.handling.mode"] = "string",
            ["incremental.snapshot.chunk.size"] = "1000",
            ["snapshot.mode"] = "no_data",
            ["transforms"] = "one",
            ["transforms.one.type"] = "org.apache.kafka.connect.transforms.RegexRouter",
            ["transforms.one.regex"] = $"{shop.Name}\\.(public\\..*|transaction|notifications)",
            ["transforms.one.replacement"] = topic,
        };
    }
}
