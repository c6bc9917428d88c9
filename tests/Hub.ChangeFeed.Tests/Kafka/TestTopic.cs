using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Hub.ChangeFeed.Kafka;
using Hub.Servers;

namespace Hub.ChangeFeed.Tests.Kafka;

/// <summary>A topic with a random name, into which a test writes records as Debezium's PostgreSQL connector would; gone at the end.</summary>
internal sealed class TestTopic : IAsyncDisposable
{
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly IAdminClient _admin;

    private TestTopic(string name, string kafka)
    {
        Name = name;
        Kafka = new KafkaAddress(kafka);
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = kafka,
            CompressionType = CompressionType.Lz4,
            LingerMs = 5,
            EnableIdempotence = true,
            QueueBufferingMaxMessages = 1_000_000,
        }).SetLogHandler((_, _) => { }).Build();
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka }).SetLogHandler((_, _) => { }).Build();
    }

    public string Name { get; }

    public KafkaAddress Kafka { get; }

    public static async Task<TestTopic> CreateAsync(string? kafka = null, int partitions = 1)
    {
        var topic = new TestTopic(TestServers.RandomName("changes"), kafka ?? TestServers.Kafka);
        await topic.MakeAsync(partitions);
        return topic;
    }

    /// <summary>The brokers know it and lead all its partitions when this returns: the controller's answer comes before.</summary>
    public async Task MakeAsync(int partitions = 1)
    {
        await _admin.CreateTopicsAsync([new TopicSpecification { Name = Name, NumPartitions = partitions, ReplicationFactor = 1 }]);
        await Eventually.HoldsAsync(() => IsLedAsync(partitions), $"{partitions} partitions of {Name} with a leader");
    }

    public async Task DeleteAsync()
    {
        await _admin.DeleteTopicsAsync([Name]);
        await Eventually.HoldsAsync(() => _admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.All(topic => topic.Topic != Name));
    }

    public Task DeleteRecordsAsync(long before) => _admin.DeleteRecordsAsync([new TopicPartitionOffset(Name, 0, before)]);

    /// <summary>Each word is a record: <c>begin:T</c>, <c>end:T</c>, <c>c:T:ID@POSITION</c> (u, d, r as well), <c>beat</c>; anything else is written as it stands.</summary>
    public void Write(params IEnumerable<string> records)
    {
        foreach (var record in records)
        {
            var (key, value) = Record(record);
            WriteRecord(key, value);
        }

        _producer.Flush(TimeSpan.FromSeconds(60));
    }

    public void WriteRecord(string? key, string value) => _producer.Produce(
        Name, new Message<byte[]?, byte[]?> { Key = key is null ? null : Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) });

    public static (string? Key, string Value) Record(string text)
    {
        var parts = text.Split(':', '@');
        switch (parts)
        {
            case ["begin" or "end", var transaction]:
                return ($$"""{"id":"{{transaction}}:1"}""", $$"""{"status":"{{parts[0].ToUpperInvariant()}}","id":"{{transaction}}:1","event_count":null,"data_collections":null,"ts_ms":1}""");
            case ["beat"]:
                return ("""{"serverName":"x"}""", """{"ts_ms":1}""");
            case [("c" or "u" or "d" or "r") and var op, var transaction, var id, var position]:
                var row = $$"""{"id":{{id}},"v":"at {{position}}"}""";
                var (before, after) = op == "d" ? ($$"""{"id":{{id}},"v":null}""", "null") : ("null", row);
                var (number, block) = op == "r" ? ("null", "null") : (transaction, $$"""{"id":"{{transaction}}:{{position}}","total_order":1,"data_collection_order":1}""");
                return ($$"""{"id":{{id}}}""", string.Create(CultureInfo.InvariantCulture, $$"""
                    {"before":{{before}},"after":{{after}},"source":{"version":"3.7.0.Final","connector":"postgresql","name":"x","ts_ms":1,"snapshot":"false","db":"shop","sequence":"[\"{{position}}\",\"{{position}}\"]","schema":"public","table":"item","txId":{{number}},"lsn":{{position}},"xmin":null},"transaction":{{block}},"op":"{{op}}","ts_ms":1}
                    """));
            default:
                return (null, text);
        }
    }

    private async Task<bool> IsLedAsync(int partitions)
    {
        try
        {
            var answer = await _admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([Name]));
            return answer.TopicDescriptions[0].Partitions is var made && made.Count == partitions && made.All(partition => partition.Leader is { Id: >= 0 });
        }
        catch (DescribeTopicsException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _producer.Dispose();
        try
        {
            await _admin.DeleteTopicsAsync([Name, $"{Name}.history"]);
        }
        catch (DeleteTopicsException)
        {
            // The test deleted it, or no connector wrote a history.
        }

        _admin.Dispose();
    }
}

internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    public static Task HoldsAsync(Func<bool> condition, string what = "the condition") => HoldsAsync(() => Task.FromResult(condition()), what);

    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Deadline, $"{what} did not hold within {Deadline}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
