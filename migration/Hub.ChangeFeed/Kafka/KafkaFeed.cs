using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Confluent.Kafka;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Sources;

namespace Hub.ChangeFeed.Kafka;

/// <summary>
/// A dataset's topic, read for one target: one topic with one partition, into which a Debezium connector writes all tables of
/// the dataset and its transactions (CDC.md "Order").
/// </summary>
/// <remarks>
/// It assigns itself the partition at the target's own offset and commits none to Kafka: what is applied stands in the target
/// alone. Records are read and decoded on a thread of its own, a few batches ahead. A target that stands nowhere begins at the
/// topic's end, because its tables are copied by a signal then.
/// </remarks>
public sealed class KafkaFeed : IChangeFeed
{
    private const int BatchesAhead = 1;

    // How often a busy feed looks at the clock.
    private const int RecordsBetweenLooks = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TopicEvery = TimeSpan.FromSeconds(10);

    private readonly Channel<ChangeBatch> _batches = Channel.CreateBounded<ChangeBatch>(
        new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });

    private readonly KafkaAddress _kafka;
    private readonly TopicPartition _partition;
    private readonly string _dataset;
    private readonly string _signals;
    private readonly DebeziumEnvelope _envelope;
    private readonly Watermark? _applied;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private IConsumer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? _consumer;
    private IAdminClient? _admin;
    private Thread? _thread;
    private TransactionAssembler? _assembler;
    private FeedPoint? _from;
    private volatile string? _trouble;
    private long _end = -1;

    /// <param name="envelope">Knows the source's tables; this feed's alone.</param>
    /// <param name="applied">The dataset's last watermark that the target holds, to tell another lineage's positions from replays; null where it holds none.</param>
    /// <param name="signals">The connector's table of signals.</param>
    public KafkaFeed(KafkaAddress kafka, string topic, string dataset, DebeziumEnvelope envelope, Watermark? applied, TimeProvider time, string signals = TransactionAssembler.SignalTable)
    {
        _kafka = kafka;
        _partition = new TopicPartition(topic, 0);
        _dataset = dataset;
        _signals = signals;
        _envelope = envelope;
        _applied = applied;
        _time = time;
    }

    /// <summary>The topic's end as last heard, for the lag in records; null before it was.</summary>
    public long? End => Interlocked.Read(ref _end) is var end and >= 0 ? end : null;

    /// <summary>Replayed changes that were skipped since it was opened.</summary>
    public long Replayed => _assembler?.Replayed ?? 0;

    public async Task<FeedPoint> OpenAsync(FeedPoint? at, CancellationToken cancellationToken)
    {
        _consumer = new ConsumerBuilder<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(Settings())
            .SetKeyDeserializer(new RecordBytes())
            .SetValueDeserializer(new RecordBytes())
            .SetErrorHandler((_, error) => _trouble = error.Reason)
            .SetLogHandler((_, _) => { })
            .Build();
        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        var topic = await KafkaTopic.DescribeAsync(_admin, _kafka, _partition.Topic).WaitAsync(cancellationToken);
        if (at is not null)
        {
            topic.BeTheSameAs(at.Feed);
        }

        _from = at ?? new FeedPoint(topic.Id, (await Task.Run(QueryOffsets, cancellationToken)).High, default);
        _assembler = new TransactionAssembler(_from, _dataset, _applied, _signals);
        _consumer.Assign(new TopicPartitionOffset(_partition, _from.Next));
        _thread = new Thread(Run) { IsBackground = true, Name = $"kafka {_partition.Topic}" };
        _thread.Start();
        return _from;
    }

    public async ValueTask<ChangeBatch> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _batches.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e) when (e.InnerException is { } why)
        {
            ExceptionDispatchInfo.Throw(why);
            throw;
        }
    }

    /// <summary>Nothing to do: a topic keeps its records by time, whoever has read them.</summary>
    public ValueTask AcknowledgeAsync(FeedPoint applied, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.Run(() =>
        {
            _thread?.Join();
            _admin?.Dispose();
            _consumer?.Dispose();
        });
        _stopping.Dispose();
    }

    private ConsumerConfig Settings()
    {
        var config = _kafka.Consumer($"hub-{_dataset}");
        config.ConsumeResultFields = "headers";

        // By default a consumer that is full pauses for a second, and fetches a mebibyte at once.
        config.FetchQueueBackoffMs = 20;
        config.FetchErrorBackoffMs = 100;
        config.MaxPartitionFetchBytes = 4 * 1024 * 1024;
        config.QueuedMaxMessagesKbytes = 32 * 1024;
        config.QueuedMinMessages = 50_000;
        config.ReconnectBackoffMaxMs = 2_000;
        return config;
    }

    private WatermarkOffsets QueryOffsets()
    {
        try
        {
            return _consumer!.QueryWatermarkOffsets(_partition, Patience);
        }
        catch (KafkaException e)
        {
            throw new IOException($"Kafka at {_kafka.Bootstrap} does not tell the end of topic {_partition.Topic}: {e.Error.Reason}. It is asked again.", e);
        }
    }

    private void Run()
    {
        try
        {
            Consume(_assembler!, _consumer!);
            _batches.Writer.TryComplete();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _batches.Writer.TryComplete();
        }
        catch (Exception e)
        {
            // What is whole before it is still handed out; then it is thrown by ReadAsync.
            SendLast();
            _batches.Writer.TryComplete(e);
        }
    }

    private void Consume(TransactionAssembler assembler, IConsumer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> consumer)
    {
        var sent = _time.GetTimestamp();
        var look = new TopicLook(this, _time);
        for (var records = 1; !_stopping.IsCancellationRequested; records++)
        {
            var result = Next(consumer, Wait(assembler));
            if (result is not null)
            {
                assembler.Add(Decode(result), result.Offset, result.Message.Key.Length + result.Message.Value.Length);
            }

            var late = (result is null || records % RecordsBetweenLooks == 0) && _time.GetElapsedTime(sent) >= Linger;
            if (assembler.IsFull || (assembler.HasWhole && (late || (result is null && _batches.Reader.Count == 0))))
            {
                Send(assembler.Take());
                sent = _time.GetTimestamp();
            }
            else if (result is null && _batches.Reader.Count == 0)
            {
                Send(assembler.Idle());
            }

            if (result is null || records % RecordsBetweenLooks == 0)
            {
                Interlocked.Exchange(ref _end, consumer.GetWatermarkOffsets(_partition).High.Value);
                look.Continue();
            }
        }
    }

    private TimeSpan Wait(TransactionAssembler assembler) =>
        !assembler.HasWhole ? Idle : _batches.Reader.Count == 0 ? TimeSpan.Zero : Linger / 5;

    private ConsumeResult<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Next(
        IConsumer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> consumer, TimeSpan patience)
    {
        try
        {
            return consumer.Consume(patience);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            var kept = QueryOffsets();
            throw new FeedBrokenException(
                $"Topic {_partition.Topic} no longer holds what comes next: offset {Point()} is asked for and {kept.Low} to {kept.High} are kept. "
                + (Point() < kept.Low
                    ? "Its retention was shorter than the dataset stood still, so changes are lost. Raise retention.ms above the longest stop that you want to bear, "
                    : "The brokers lost records that were applied (an unclean election, or a restored disk), so later ones have other offsets. ")
                + "and have all tables of the dataset copied again.", e);
        }
        catch (ConsumeException e)
        {
            throw new IOException($"Topic {_partition.Topic} can't be read from Kafka at {_kafka.Bootstrap}: {e.Error.Reason}. It is tried again.", e);
        }
    }

    private long Point() => _consumer!.Position(_partition) is { IsSpecial: false } position ? position.Value : _from!.Next;

    private DebeziumRecord Decode(ConsumeResult<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> result)
    {
        try
        {
            var message = result.Message;
            return _envelope.Read(
                message.Key.Span, message.Value.Span, result.Offset,
                message.Headers.TryGetLastBytes(DebeziumEnvelope.OldKeyHeader, out var oldKey) ? oldKey : default);
        }
        catch (FormatException e)
        {
            throw new FeedBrokenException(
                $"Topic {_partition.Topic} holds what can't be read. {e.Message} Nothing from it on is applied. Look who else writes into the topic, or whether the connector's configuration was changed by hand ('hub dataset connector {_dataset}' writes the right one), and have all tables of the dataset copied again.", e);
        }
    }

    private void Send(ChangeBatch? batch)
    {
        if (batch is not null && !_batches.Writer.TryWrite(batch))
        {
            _batches.Writer.WriteAsync(batch, _stopping.Token).AsTask().GetAwaiter().GetResult();
        }
    }

    private void SendLast()
    {
        try
        {
            Send(_assembler!.HasWhole ? _assembler.Take() : null);
        }
        catch (OperationCanceledException)
        {
            // Nobody reads any more.
        }
    }

    // Whether the topic is still the same one, every ten seconds: brokers that are down are noticed by it too.
    private sealed class TopicLook(KafkaFeed feed, TimeProvider time)
    {
        private long _last = time.GetTimestamp();
        private Task<KafkaTopic>? _asked;

        public void Continue()
        {
            if (_asked is { IsCompleted: true })
            {
                _asked.GetAwaiter().GetResult().BeTheSameAs(feed._from!.Feed);
                _asked = null;
                feed._trouble = null;
            }
            else if (_asked is null && (feed._trouble is not null || time.GetElapsedTime(_last) >= TopicEvery))
            {
                _last = time.GetTimestamp();
                _asked = KafkaTopic.DescribeAsync(feed._admin!, feed._kafka, feed._partition.Topic);
            }
        }
    }
}
