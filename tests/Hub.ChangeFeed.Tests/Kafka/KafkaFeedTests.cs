using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Kafka;

namespace Hub.ChangeFeed.Tests.Kafka;

public sealed class KafkaFeedTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Feed_OfATargetThatStandsNowhere_BeginsAtTheEnd()
    {
        await using var topic = await TestTopic.CreateAsync();
        topic.Write("begin:1", "c:1:1@5", "end:1");

        await using var feed = Feed(topic);
        var at = await feed.OpenAsync(null, Ended);
        topic.Write("begin:2", "c:2:2@7", "end:2");

        Assert.Equal((3, default), (at.Next, at.Highest));
        var (events, next) = await ReadToAsync(feed, 6);
        Assert.Equal("7", Positions(events));
        Assert.Equal(at with { Next = 6, Highest = new(7, 7) }, next);
    }

    [Fact]
    [Trait("Pain", "OffsetJumpsBackAfterARebalance")]
    public async Task Feed_OpenedAgainAtItsPoint_GoesOnWhereItStood()
    {
        await using var topic = await TestTopic.CreateAsync();
        var at = await PointAsync(topic);
        topic.Write("begin:1", "c:1:1@5", "c:1:2@6", "end:1", "begin:2", "c:2:3@7");

        var (events, next) = await ReadToAsync(topic, at, 4);
        Assert.Equal("5 6", Positions(events));
        topic.Write("u:2:3@8", "end:2");

        (events, next) = await ReadToAsync(topic, next, 8);
        Assert.Equal("7 8", Positions(events));
        Assert.Equal(new Position(8, 8), next.Highest);
    }

    [Fact]
    [Trait("Pain", "OlderRecordOverwritesNewer")]
    public async Task Stretch_ThatComesAgainUnderNewOffsets_IsSkippedAcrossARestart()
    {
        await using var topic = await TestTopic.CreateAsync();
        var at = await PointAsync(topic);
        string[] stretch = ["begin:1", "c:1:1@5", "u:1:1@6", "end:1", "begin:2", "d:2:1@7", "c:2:2@8", "end:2"];
        topic.Write(stretch);
        var (_, next) = await ReadToAsync(topic, at, 8);

        topic.Write(stretch);
        topic.Write("begin:3", "c:3:3@9", "end:3");

        var (events, last) = await ReadToAsync(topic, next, 19);
        Assert.Equal("8 9", Positions(events));
        Assert.Equal(new Position(9, 9), last.Highest);
    }

    [Fact]
    [Trait("Pain", "SnapshotRAfterNewerChanges")]
    public async Task BatchThatABrokerAppendedTwice_BringsNoDeletedRowBack()
    {
        await using var topic = await TestTopic.CreateAsync();
        var at = await PointAsync(topic);
        string[] batch = ["r::1@5", "begin:1", "d:1:1@6", "end:1", "begin:2", "c:2:2@7", "end:2"];
        topic.Write(batch);
        topic.Write(batch);

        var (events, _) = await ReadToAsync(topic, at, 14);

        Assert.Equal("5 6 7 7", Positions(events));
    }

    [Fact]
    public async Task TopicMadeAnew_IsRefused()
    {
        await using var topic = await TestTopic.CreateAsync();
        var at = await PointAsync(topic);
        await topic.DeleteAsync();
        await topic.MakeAsync();

        await using var feed = Feed(topic);
        var broken = await Assert.ThrowsAsync<FeedBrokenException>(() => feed.OpenAsync(at, Ended));

        Assert.Contains("made anew", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TopicThatIsNotThere_IsWaitedFor()
    {
        await using var topic = await TestTopic.CreateAsync();
        await topic.DeleteAsync();

        await using var feed = Feed(topic);
        var missing = await Assert.ThrowsAsync<IOException>(() => feed.OpenAsync(null, Ended));

        Assert.Contains($"no topic {topic.Name}", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TopicOfSeveralPartitions_IsRefused()
    {
        await using var topic = await TestTopic.CreateAsync(partitions: 3);

        await using var feed = Feed(topic);
        var broken = await Assert.ThrowsAsync<FeedBrokenException>(() => feed.OpenAsync(null, Ended));

        Assert.Contains("3 partitions", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_ThatRetentionTook_BreakTheFeed()
    {
        await using var topic = await TestTopic.CreateAsync();
        var at = await PointAsync(topic);
        topic.Write("begin:1", "c:1:1@5", "end:1", "begin:2", "c:2:2@7", "end:2");
        await topic.DeleteRecordsAsync(before: 3);

        var broken = await Assert.ThrowsAsync<FeedBrokenException>(() => ReadToAsync(topic, at, 6));

        Assert.Contains("offset 0 is asked for and 3 to 6 are kept", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Point_BeyondTheTopicsEnd_BreaksTheFeed()
    {
        await using var topic = await TestTopic.CreateAsync();
        var at = await PointAsync(topic);

        var broken = await Assert.ThrowsAsync<FeedBrokenException>(() => ReadToAsync(topic, at with { Next = 100 }, 101));

        Assert.Contains("brokers lost records", broken.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"before":null,"after":{"id":1,"v":"a"},"source":{"conn""")]
    [InlineData("""{"hello":"world"}""")]
    [InlineData("not json")]
    [InlineData("x:2:2@7")]
    public async Task Record_ThatCantBeRead_StopsAfterAllBeforeIt(string record)
    {
        await using var topic = await TestTopic.CreateAsync();
        var at = await PointAsync(topic);
        record = record.StartsWith("x:", StringComparison.Ordinal) ? TestTopic.Record("c:2:2@7").Value.Replace("\"op\":\"c\"", "\"op\":\"x\"", StringComparison.Ordinal) : record;
        topic.Write("begin:1", "c:1:1@5", "end:1", "begin:2", "c:2:2@6", record, "c:2:3@8", "end:2");
        await using var feed = Feed(topic);
        await feed.OpenAsync(at, Ended);

        var (events, _) = await ReadToAsync(feed, 3);
        var broken = await Assert.ThrowsAsync<FeedBrokenException>(() => ReadToAsync(feed, 8));

        Assert.Equal("5", Positions(events));
        Assert.Contains("at offset 5 can't be read", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heartbeats_MoveThePointOn()
    {
        await using var topic = await TestTopic.CreateAsync();
        var at = await PointAsync(topic);
        topic.Write("beat", "beat", "beat");

        var (events, next) = await ReadToAsync(topic, at, 3);

        Assert.Empty(events);
        Assert.Equal(3, next.Next);
    }

    [Theory]
    [InlineData("group.id")]
    [InlineData("auto.offset.reset")]
    [InlineData("dotnet.consumer.consume.result.fields")]
    public void Property_ThatTheHubSetsItself_IsRefusedWithItsName(string property) =>
        Assert.Contains(property, KafkaAddress.Refuse(property), StringComparison.Ordinal);

    [Fact]
    public void Address_InAMessage_ShowsNoSecret()
    {
        var kafka = new KafkaAddress("kafka:9092", [], System.Collections.Immutable.ImmutableDictionary<string, Func<string>>.Empty.Add("sasl.password", () => "hunter2"));

        Assert.Equal("kafka:9092", kafka.ToString());
        Assert.Equal("hunter2", kafka.Consumer("x").SaslPassword);
    }

    private static KafkaFeed Feed(TestTopic topic) => new(topic.Kafka, topic.Name, "orders", new DebeziumEnvelope(), null, TimeProvider.System);

    private static async Task<FeedPoint> PointAsync(TestTopic topic)
    {
        await using var feed = Feed(topic);
        return await feed.OpenAsync(null, Ended);
    }

    private static async Task<(List<ChangeEvent> Events, FeedPoint Next)> ReadToAsync(TestTopic topic, FeedPoint at, long offset)
    {
        await using var feed = Feed(topic);
        await feed.OpenAsync(at, Ended);
        return await ReadToAsync(feed, offset);
    }

    private static async Task<(List<ChangeEvent> Events, FeedPoint Next)> ReadToAsync(KafkaFeed feed, long offset)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        var events = new List<ChangeEvent>();
        while (true)
        {
            var batch = await feed.ReadAsync(deadline.Token);
            events.AddRange(batch.Events);
            if (batch.Next.Next >= offset)
            {
                return (events, batch.Next);
            }
        }
    }

    private static string Positions(IEnumerable<ChangeEvent> events) => string.Join(' ', events.Select(change => change.Position.Major));
}
