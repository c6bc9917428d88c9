using System.Collections.Concurrent;
using Confluent.Kafka;
using Hub.ChangeFeed.Kafka;
using Hub.Servers;

namespace Hub.ChangeFeed.Tests.Kafka;

/// <summary>The group has one name on all brokers, so these have brokers of their own.</summary>
public sealed class DatasetMembershipTests(OwnKafka own) : IClassFixture<OwnKafka>
{
    [Fact]
    public async Task Datasets_OfTwoInstances_RunOnOneEachAndMoveWhenOneLeaves()
    {
        await using var topics = await TopicsAsync(4);
        var running = new Running();
        await using var first = Join(running, "first", topics.Names);
        await Eventually.HoldsAsync(() => first.Held.Count == 4, "the first holds all");

        var second = Join(running, "second", topics.Names);
        await Eventually.HoldsAsync(() => first.Held.Count == 2 && second.Held.Count == 2, "each holds two");
        Assert.Empty(first.Held.Intersect(second.Held));

        await second.DisposeAsync();
        await Eventually.HoldsAsync(() => first.Held.Count == 4, "the first holds all again");

        Assert.Empty(second.Held);
        Assert.Empty(running.Twice);
    }

    [Fact]
    [Trait("Pain", "OffsetJumpsBackAfterARebalance")]
    public async Task Dataset_OfAnInstanceThatJoins_IsReleasedBeforeItIsTaken()
    {
        await using var topics = await TopicsAsync(2);
        var said = new ConcurrentQueue<string>();
        var stops = new TaskCompletionSource();
        await using var first = new DatasetMembership(own.Address, topics.Names, topic => said.Enqueue($"first + {topic}"), (topic, why) =>
        {
            stops.Task.Wait(TestContext.Current.CancellationToken);
            said.Enqueue($"first - {topic} {why}");
        });
        await Eventually.HoldsAsync(() => first.Held.Count == 2, "the first holds both");

        await using var second = new DatasetMembership(own.Address, topics.Names, topic => said.Enqueue($"second + {topic}"), (_, _) => { });
        await Eventually.HoldsAsync(() => first.Held.Count == 1, "the first is asked to release one");
        Assert.Empty(second.Held);
        stops.SetResult();
        await Eventually.HoldsAsync(() => second.Held.Count == 1, "the second holds it");

        var moved = second.Held.Single();
        Assert.Equal([$"first - {moved} Revoked", $"second + {moved}"], said.Where(word => word.Contains(moved, StringComparison.Ordinal)).Skip(1));
    }

    [Fact]
    public async Task Dataset_OfAnInstanceThatCrashed_RunsOnAnother()
    {
        await using var topics = await TopicsAsync(1);
        var crashing = new ConsumerBuilder<Ignore, Ignore>(DatasetMembership.Settings(own.Address)).SetLogHandler((_, _) => { })
            .SetPartitionsAssignedHandler((_, assigned) => assigned.Select(partition => new TopicPartitionOffset(partition, Offset.End))).Build();
        crashing.Subscribe(topics.Names);
        await Eventually.HoldsAsync(() =>
        {
            crashing.Consume(TimeSpan.FromMilliseconds(100));
            return crashing.Assignment.Count == 1;
        }, "the first holds it");
        await using var second = Join(new Running(), "second", topics.Names);

        // Without Close it does not leave the group, as after kill -9.
        crashing.Dispose();

        await Eventually.HoldsAsync(() => second.Held.Count == 1, "the second holds it");
    }

    [Fact]
    public async Task Topic_ThatIsMadeLater_IsTakenThen()
    {
        await using var topics = await TopicsAsync(1);
        var topic = topics.Topics[0];
        await topic.DeleteAsync();
        await using var member = Join(new Running(), "only", topics.Names);
        await Eventually.HoldsAsync(() => member.Trouble is not null, "the missing topic is told");

        await topic.MakeAsync();

        await Eventually.HoldsAsync(() => member.Held.Contains(topic.Name), "the topic is held");
    }

    [Fact]
    public async Task Datasets_ThatAreConfiguredLater_AreFollowed()
    {
        await using var topics = await TopicsAsync(2);
        await using var member = Join(new Running(), "only", [topics.Names[0]]);
        await Eventually.HoldsAsync(() => member.Held.SetEquals([topics.Names[0]]), "the first is held");

        member.Follow([topics.Names[1]]);

        await Eventually.HoldsAsync(() => member.Held.SetEquals([topics.Names[1]]), "the second is held, the first is not");
        member.Follow([]);
        await Eventually.HoldsAsync(() => member.Held.IsEmpty, "none is held");
    }

    private DatasetMembership Join(Running running, string who, string[] topics) => new(
        own.Address, topics, topic => running.Take(topic, who), (topic, _) => running.Release(topic, who));

    private async Task<Made> TopicsAsync(int count)
    {
        var topics = new List<TestTopic>();
        for (var i = 0; i < count; i++)
        {
            topics.Add(await TestTopic.CreateAsync(own.Address.Bootstrap));
        }

        return new Made(topics);
    }

    // Who runs what, and what was ever run by two at once.
    private sealed class Running
    {
        private readonly ConcurrentDictionary<string, string> _by = new();

        public ConcurrentQueue<string> Twice { get; } = new();

        public void Take(string topic, string who)
        {
            if (!_by.TryAdd(topic, who))
            {
                Twice.Enqueue($"{topic} by {who} and {_by[topic]}");
            }
        }

        public void Release(string topic, string who) => _by.TryRemove(KeyValuePair.Create(topic, who));
    }

    private sealed class Made(List<TestTopic> topics) : IAsyncDisposable
    {
        public List<TestTopic> Topics => topics;

        public string[] Names => [.. topics.Select(topic => topic.Name)];

        public async ValueTask DisposeAsync()
        {
            foreach (var topic in topics)
            {
                await topic.DisposeAsync();
            }
        }
    }
}

/// <summary>Brokers of a class's own, which may be killed.</summary>
public sealed class OwnKafka : IAsyncLifetime
{
    public InfraTool Tool { get; private set; } = null!;

    public KafkaAddress Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Tool = await InfraTool.StartAsync(["kafka"]);
        Address = new KafkaAddress(Tool.Kafka);
    }

    public async ValueTask DisposeAsync() => await Tool.DisposeAsync();
}
