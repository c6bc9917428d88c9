using System.Text.Json;
using Confluent.Kafka;

namespace Hub.Migration.Tests.Debezium;

/// <summary>Reads a topic from its first record, until what is looked for has come.</summary>
internal sealed class TopicReader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IConsumer<Ignore, string?> _consumer;

    public TopicReader(string bootstrap, string topic)
    {
        _consumer = new ConsumerBuilder<Ignore, string?>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = "reader-of-a-test",
            EnableAutoCommit = false,
        }).Build();
        _consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
    }

    /// <summary>The next record for which it holds; those before it are passed over.</summary>
    public JsonElement Until(string what, Func<JsonElement, bool> found)
    {
        var started = TimeProvider.System.GetTimestamp();
        var seen = new List<string>();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            if (_consumer.Consume(TimeSpan.FromMilliseconds(200))?.Message.Value is { } text)
            {
                seen.Add(text);
                var record = JsonDocument.Parse(text).RootElement;
                if (found(record))
                {
                    return record;
                }
            }
        }

        throw new TimeoutException($"{what} has not come; these have: {string.Join('\n', seen.TakeLast(20))}");
    }

    public static bool IsChange(JsonElement record, string table, string op) =>
        record.TryGetProperty("op", out var kind) && kind.GetString() == op
        && record.TryGetProperty("source", out var source) && source.GetProperty("table").GetString() == table;

    public void Dispose() => _consumer.Dispose();
}
