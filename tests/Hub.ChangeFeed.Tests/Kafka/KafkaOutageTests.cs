using System.Collections.Immutable;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Kafka;

namespace Hub.ChangeFeed.Tests.Kafka;

public sealed class KafkaOutageTests(OwnKafka own) : IClassFixture<OwnKafka>
{
    [Fact]
    public async Task Broker_KilledAndBack_CostsNoChangeAndNoMembership()
    {
        await using var topic = await TestTopic.CreateAsync(own.Address.Bootstrap);
        var held = ImmutableHashSet<string>.Empty;
        await using var member = new DatasetMembership(own.Address, [topic.Name], name => held = held.Add(name), (name, _) => held = held.Remove(name));
        await Eventually.HoldsAsync(() => member.Held.Count == 1, "the dataset is held");
        await using var reader = new Reading(own.Address, topic.Name);
        await reader.OpenAsync();
        topic.Write("begin:1", "c:1:1@5", "end:1");
        await Eventually.HoldsAsync(() => reader.Read == 1, "the first change");

        await own.Tool.KillAsync("kafka");
        await Eventually.HoldsAsync(() => reader.Failed is not null, "the feed says that Kafka is down");
        await own.Tool.UpAsync("kafka");
        topic.Write("begin:2", "c:2:2@7", "end:2");

        await Eventually.HoldsAsync(() => reader.Read == 2, "the second change");
        Assert.IsType<IOException>(reader.Failed);
        await Eventually.HoldsAsync(() => member.Held.Count == 1 && held.Count == 1, "the dataset is held again");
    }

    // What a pipeline does: opens a feed anew at the last point when it fails.
    private sealed class Reading(KafkaAddress kafka, string topic) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private Task _running = Task.CompletedTask;
        private FeedPoint? _at;

        public int Read { get; private set; }

        public Exception? Failed { get; private set; }

        public async Task OpenAsync()
        {
            await using (var feed = new KafkaFeed(kafka, topic, "orders", new DebeziumEnvelope(), null, TimeProvider.System))
            {
                _at = await feed.OpenAsync(null, TestContext.Current.CancellationToken);
            }

            _running = Task.Run(RunAsync);
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _running;
            _end.Dispose();
        }

        private async Task RunAsync()
        {
            while (!_end.IsCancellationRequested)
            {
                await using var feed = new KafkaFeed(kafka, topic, "orders", new DebeziumEnvelope(), null, TimeProvider.System);
                try
                {
                    await feed.OpenAsync(_at, _end.Token);
                    while (true)
                    {
                        var batch = await feed.ReadAsync(_end.Token);
                        Read += batch.Events.Length;
                        _at = batch.Next;
                    }
                }
                catch (IOException e)
                {
                    Failed = e;
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }
}
