using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Kafka;
using Hub.ChangeFeed.Sources;
using Hub.Servers;

namespace Hub.ChangeFeed.Tests.Kafka;

/// <summary>Database, Debezium, Kafka, feed: the real ones.</summary>
public sealed class DebeziumRoundTests(ITestOutputHelper output)
{
    private const int Transactions = 1_500;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("postgres")]
    [InlineData("mariadb")]
    public async Task RandomTransactions_WithACopyAndARestartInTheirMiddle_FoldToTheTables(string engine)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var shop = await LegacyShop.CreateAsync(engine);
        await using var topic = await TestTopic.CreateAsync();
        using var http = new HttpClient { BaseAddress = new Uri(TestServers.Connect) };
        var connect = new DebeziumConnect(http, TimeProvider.System);
        try
        {
            await connect.PutAsync(shop.Name, shop.Config(topic.Name), Ended);
            await using var feed = new KafkaFeed(topic.Kafka, topic.Name, "orders", new DebeziumEnvelope(defaultSchema: shop.Schema), null, TimeProvider.System);
            await feed.OpenAsync(null, Ended);
            await StreamsAsync(shop, feed, connect);

            var folded = await FoldAsync(shop, feed, WriteAsync(shop, connect, new Random(seed)));

            Assert.Equal(await shop.RowsAsync(), folded.Rows.Select(row => $"{row.Key}: {row.Value}").Order(StringComparer.Ordinal));
            Assert.Equal(["item", "line"], folded.Copied.Order(StringComparer.Ordinal));
            Assert.True((await connect.GetStatusAsync(shop.Name, Ended))!.Runs);
            output.WriteLine($"{folded.Rows.Count} rows, {feed.Replayed} replays skipped, {folded.Batches} batches, highest {folded.Last.Highest}");
        }
        finally
        {
            await connect.DeleteAsync(shop.Name, CancellationToken.None);
        }
    }

    // The connector captures once a watermark has come.
    private static async Task StreamsAsync(LegacyShop shop, KafkaFeed feed, DebeziumConnect connect)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        do
        {
            Assert.Null((await connect.GetStatusAsync(shop.Name, deadline.Token))?.Failed?.Reason);
            await shop.Database.RunAsync("update hub_watermark set counter = counter + 1");
        }
        while (!(await feed.ReadAsync(deadline.Token)).Events.Any(change => Watermark.Of(change) is not null));
    }

    // Writes pairs (item 0 and line 0 always agree), lets a copy begin and the connector restart in the middle.
    private static async Task WriteAsync(LegacyShop shop, DebeziumConnect connect, Random random)
    {
        await using var connection = await shop.Database.OpenAsync();
        for (var i = 1; i <= Transactions; i++)
        {
            await LegacyShop.RunAsync(connection, "begin");
            await LegacyShop.RunAsync(connection, $"update item set v = '{i}' where id = 0");
            for (var change = random.Next(5); change > 0; change--)
            {
                await LegacyShop.RunAsync(connection, shop.Change(random, i));
            }

            await LegacyShop.RunAsync(connection, $"update line set v = '{i}' where id = 0 and part = 1");
            await LegacyShop.RunAsync(connection, random.Next(10) == 0 ? "rollback" : "commit");
            if (i % 50 == 0)
            {
                await LegacyShop.RunAsync(connection, $"update hub_watermark set counter = counter + 1, ts_ms = {i}");
            }

            if (i == Transactions / 3)
            {
                await LegacyShop.RunAsync(connection, shop.Copy());
            }

            if (i == Transactions / 2)
            {
                await connect.RestartAsync(shop.Name, onlyFailed: false, Ended);
            }
        }
    }

    private static async Task<Folded> FoldAsync(LegacyShop shop, KafkaFeed feed, Task writing)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        deadline.CancelAfter(TimeSpan.FromMinutes(4));
        var folded = new Folded();
        for (var (ending, ended) = (false, false); !ended;)
        {
            var batch = await feed.ReadAsync(deadline.Token);
            folded.Add(batch);
            ended = batch.Events.Any(change => Watermark.Of(change) is { Mark: "end" });
            if (!ending && writing.IsCompleted && folded.IsCopied)
            {
                await writing;
                await shop.Database.RunAsync("update hub_watermark set counter = counter + 1, mark = 'end'");
                ending = true;
            }
        }

        return folded;
    }

    private sealed class Folded
    {
        public Dictionary<string, string> Rows { get; } = [];

        public List<string> Copied { get; } = [];

        public bool IsCopied { get; private set; }

        public int Batches { get; private set; }

        public FeedPoint Last { get; private set; } = null!;

        public void Add(ChangeBatch batch)
        {
            foreach (var change in batch.Events.Where(change => change.Table is "item" or "line"))
            {
                var key = $"{change.Table} {Text(change.Key)}";
                if (change.After is null)
                {
                    Rows.Remove(key);
                }
                else
                {
                    Rows[key] = Text(change.After);
                }
            }

            // Whole transactions: the pair never differs between two batches.
            if (!batch.Open && Rows.TryGetValue("item 0", out var item) && Rows.TryGetValue("line 0 1", out var line) && !item.Contains("before", StringComparison.Ordinal))
            {
                Assert.Equal(item.Split(' ')[1], line.Split(' ')[2]);
            }

            Copied.AddRange(batch.Notifications.Where(said => said.Type == "TABLE_SCAN_COMPLETED").Select(said => said.Table!));
            IsCopied |= batch.Notifications.Any(said => said.Type == "COMPLETED");
            Batches += batch.Events.IsEmpty ? 0 : 1;
            Last = batch.Next;
        }

        private static string Text(ChangeRow row) => string.Join(' ', row.Values.ToArray().Select(value => value.Text));
    }
}
