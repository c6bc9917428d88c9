using System.Collections.Frozen;
using System.Collections.Immutable;
using Confluent.Kafka;

namespace Hub.ChangeFeed.Kafka;

/// <summary>
/// Which datasets run on this instance of the migration plane: a member of the group <see cref="KafkaAddress.Group"/> that
/// subscribes to all topics and reads none. The instance that is assigned a topic's partition runs its dataset.
/// </summary>
/// <remarks>
/// Members that come and go take over no more than they have to (cooperative-sticky); one that crashed is noticed after ten
/// seconds. A straggler that has not heard of it is stopped by the target's epoch, not by this. While the brokers are down all
/// stays as it is. Callbacks come one at a time, on the membership's own thread; one that throws ends the process.
/// </remarks>
public sealed class DatasetMembership : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly Action<string> _taken;
    private readonly Action<string, DatasetRelease> _released;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread _thread;
    private readonly List<TopicPartition> _fresh = [];
    private volatile FrozenSet<string> _topics;
    private volatile ImmutableHashSet<string> _held = [];
    private volatile string? _trouble;

    /// <param name="topics">The topics of all datasets that come by these brokers; one that is not there yet is waited for.</param>
    /// <param name="taken">A topic's dataset runs here from now on.</param>
    /// <param name="released">
    /// It runs here no more. Another instance is given it when this returns, so stop it first; after <see cref="DatasetRelease.Lost"/>
    /// another may run it already.
    /// </param>
    public DatasetMembership(KafkaAddress kafka, IEnumerable<string> topics, Action<string> taken, Action<string, DatasetRelease> released)
    {
        (_taken, _released) = (taken, released);
        _topics = topics.ToFrozenSet(StringComparer.Ordinal);
        _consumer = new ConsumerBuilder<Ignore, Ignore>(Settings(kafka))
            .SetPartitionsAssignedHandler((_, partitions) => Take(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Release(partitions, DatasetRelease.Revoked))
            .SetPartitionsLostHandler((_, partitions) => Release(partitions, DatasetRelease.Lost))
            .SetErrorHandler((_, error) => _trouble = error.Reason)
            .SetLogHandler((_, _) => { })
            .Build();
        _thread = new Thread(Run) { IsBackground = true, Name = "kafka membership" };
        _thread.Start();
    }

    /// <summary>The topics whose datasets run on this instance.</summary>
    public ImmutableHashSet<string> Held => _held;

    /// <summary>What the brokers said last when something was wrong; null while all is well.</summary>
    public string? Trouble => _trouble;

    /// <summary>The datasets changed: subscribes to these topics from now on.</summary>
    public void Follow(IEnumerable<string> topics) => _topics = topics.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Leaves the group, so that others take over at once; the datasets that it held are released first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.Run(_thread.Join);
        _stopping.Dispose();
    }

    internal static ConsumerConfig Settings(KafkaAddress kafka)
    {
        var config = kafka.Consumer("hub-migration");
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
        config.SessionTimeoutMs = 10_000;
        config.HeartbeatIntervalMs = 2_000;

        // A topic that is made later is seen this soon.
        config.TopicMetadataRefreshIntervalMs = 5_000;
        config.ReconnectBackoffMaxMs = 2_000;
        config.QueuedMinMessages = 1;
        config.QueuedMaxMessagesKbytes = 64;
        return config;
    }

    private void Run()
    {
        FrozenSet<string>? subscribed = null;
        while (!_stopping.IsCancellationRequested)
        {
            if (subscribed != _topics)
            {
                subscribed = _topics;
                Subscribe(subscribed);
            }

            try
            {
                _consumer.Consume(Poll);
                Pause();
            }
            catch (ConsumeException e)
            {
                // A topic that isn't there yet, brokers that don't answer: librdkafka goes on trying by itself.
                _trouble = e.Error.Reason;
            }
        }

        // Revokes what is held, which calls back, and leaves the group.
        _consumer.Close();
        _consumer.Dispose();
    }

    private void Subscribe(FrozenSet<string> topics)
    {
        if (topics.Count == 0)
        {
            _consumer.Unsubscribe();
        }
        else
        {
            _consumer.Subscribe(topics);
        }
    }

    private IEnumerable<TopicPartitionOffset> Take(List<TopicPartition> partitions)
    {
        _trouble = null;
        _fresh.AddRange(partitions);
        foreach (var topic in Topics(partitions))
        {
            _held = _held.Add(topic);
            _taken(topic);
        }

        return partitions.Select(partition => new TopicPartitionOffset(partition, Offset.End));
    }

    private void Release(List<TopicPartitionOffset> partitions, DatasetRelease why)
    {
        foreach (var topic in Topics(partitions.Select(partition => partition.TopicPartition)))
        {
            _held = _held.Remove(topic);
            _released(topic, why);
        }
    }

    // Partitions are assigned after the handler has returned, and can be paused only then.
    private void Pause()
    {
        if (_fresh.Count > 0)
        {
            _consumer.Pause(_fresh.Intersect(_consumer.Assignment));
            _fresh.Clear();
        }
    }

    // A topic of several partitions is the feed's to refuse: whoever holds the first one says so.
    private static IEnumerable<string> Topics(IEnumerable<TopicPartition> partitions) =>
        partitions.Where(partition => partition.Partition.Value == 0).Select(partition => partition.Topic);
}

/// <summary>Why a dataset runs no longer on an instance.</summary>
public enum DatasetRelease
{
    /// <summary>The group gives it to another instance, or this one leaves.</summary>
    Revoked,

    /// <summary>The group has not heard of this instance for too long.</summary>
    Lost,
}
