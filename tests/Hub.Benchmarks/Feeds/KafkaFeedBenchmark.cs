using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Kafka;

namespace Hub.Benchmarks.Feeds;

/// <summary>
/// How fast a feed reads a topic that is full: fetch, decode, assemble, nothing applied. Records as Debezium's PostgreSQL
/// connector writes them by the hub's configuration (no schemas, lz4), transactions of 10 rows with 10 columns.
/// </summary>
internal static class KafkaFeedBenchmark
{
    private const int Rows = 10;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_KAFKA") is not { Length: > 0 } bootstrap)
        {
            await Console.Error.WriteLineAsync("HUB_TEST_KAFKA is not set: a real broker is needed (docs/testing.md says how to start one).");
            return 2;
        }

        var records = arguments is [var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 1_200_000;
        var rounds = arguments is [_, var times, ..] ? int.Parse(times, CultureInfo.InvariantCulture) : 3;
        var topic = $"bench_{Guid.NewGuid():N}";
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }]);
        try
        {
            var bytes = Fill(bootstrap, topic, records);
            Console.WriteLine($"{records:N0} records, {bytes / records} bytes each");
            for (var round = 1; round <= rounds; round++)
            {
                await MeasureAsync(new KafkaAddress(bootstrap), topic, records);
            }

            return 0;
        }
        finally
        {
            await admin.DeleteTopicsAsync([topic]);
        }
    }

    private static async Task MeasureAsync(KafkaAddress kafka, string topic, int records)
    {
        await using var feed = new KafkaFeed(kafka, topic, "bench", new DebeziumEnvelope(), null, TimeProvider.System);
        await using var first = new KafkaFeed(kafka, topic, "bench", new DebeziumEnvelope(), null, TimeProvider.System);
        var at = await first.OpenAsync(null, CancellationToken.None);
        var (began, cpu, allocated, events) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(), 0L);
        await feed.OpenAsync(at with { Next = 0 }, CancellationToken.None);
        for (var next = 0L; next < records;)
        {
            var batch = await feed.ReadAsync(CancellationToken.None);
            events += batch.Events.Length;
            next = batch.Next.Next;
        }

        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{records / seconds,12:N0} records/s {events / seconds,12:N0} changes/s {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / records,6:F2} µs of CPU a record {(GC.GetTotalAllocatedBytes() - allocated) / records,6} B allocated"));
    }

    private static long Fill(string bootstrap, string topic, int records)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrap,
            CompressionType = CompressionType.Lz4,
            LingerMs = 20,
            BatchSize = 512 * 1024,
            EnableIdempotence = true,
            QueueBufferingMaxMessages = 200_000,
        }).Build();
        var written = 0L;
        for (var i = 0; i < records; i++)
        {
            var (transaction, row) = (i / (Rows + 2), i % (Rows + 2));
            var (key, value) = row is 0 or Rows + 1 ? Boundary(transaction, i, row == 0) : Change(transaction, i);
            written += value.Length;
            while (true)
            {
                try
                {
                    producer.Produce(topic, new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) });
                    break;
                }
                catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(10));
                }
            }
        }

        producer.Flush(TimeSpan.FromMinutes(2));
        return written;
    }

    private static (string Key, string Value) Boundary(int transaction, int i, bool begins)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{transaction + 700}:{i}");
        return ($$"""{"id":"{{id}}"}""", begins
            ? $$"""{"status":"BEGIN","id":"{{id}}","event_count":null,"data_collections":null,"ts_ms":1795402083163}"""
            : $$"""{"status":"END","id":"{{id}}","event_count":{{Rows}},"data_collections":[{"data_collection":"public.orders","event_count":{{Rows}}}],"ts_ms":1795402083163}""");
    }

    private static (string Key, string Value) Change(int transaction, int i)
    {
        var (number, lsn) = (transaction + 700, 31_442_376L + i);
        return ($$"""{"id":{{i}}}""", string.Create(CultureInfo.InvariantCulture, $$"""
            {"before":null,"after":{"id":{{i}},"number":"SO-{{i:D8}}","customer_id":{{i % 9999}},"email":"shopper{{i % 9999}}@town.test","status":"paid","total":"{{i % 1000}}.90","currency":"EUR","created_on":"2026-11-23T11:23:45.34","note":null,"ship_city":"Zażółć"},"source":{"version":"3.7.0.Final","connector":"postgresql","name":"hub.orders","ts_ms":1795402083183,"snapshot":"false","db":"shop","sequence":"[\"{{31_442_376L + transaction}}\",\"{{lsn}}\"]","ts_us":1795402083183890,"ts_ns":1795402083183890000,"schema":"public","table":"orders","txId":{{number}},"lsn":{{lsn}},"xmin":null,"origin":null,"origin_lsn":null},"transaction":{"id":"{{number}}:{{lsn}}","total_order":{{(i % 12)}},"data_collection_order":{{i % 12}}},"op":"c","ts_ms":1795402083575,"ts_us":1795402083575248,"ts_ns":1795402083575248203}
            """));
    }
}
