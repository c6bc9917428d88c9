using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Npgsql;
using Npgsql.Replication;
using Npgsql.Replication.Internal;
using Npgsql.Replication.PgOutput;
using NpgsqlTypes;

namespace Hub.ChangeFeed.Postgres;

/// <summary>
/// PostgreSQL's logical replication without a broker: one permanent slot a target (<see cref="PostgresCapture.Slot"/>), read
/// ahead within bounds.
/// </summary>
/// <remarks>
/// The server sends committed transactions alone, each whole, in the order of commits, and begins where the target stands:
/// what it had applied does not come again. It keeps its log up to what was acknowledged; the watermark of each second moves that
/// on where only other tables are written.
/// </remarks>
public sealed class PostgresFeed : IChangeFeed
{
    /// <summary>Small transactions go together up to so many changes.</summary>
    internal const int BatchEvents = 3_500;

    /// <summary>A transaction of more changes comes in slices.</summary>
    internal const int SliceEvents = 3_500;

    /// <summary>… or of more bytes.</summary>
    internal const int SliceBytes = 4 * 1024 * 1024;

    private const int BatchesAhead = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan GatheringWithin = TimeSpan.FromMilliseconds(5);

    private readonly PostgresSource _source;
    private readonly string _dataset;
    private readonly ImmutableArray<string> _tables;
    private readonly string _slot;
    private readonly TimeProvider _time;
    private readonly LogicalReplicationConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<ChangeBatch> _batches = Channel.CreateBounded<ChangeBatch>(new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });
    private Task? _reading;
    private Task<bool>? _arriving;
    private FeedPoint? _point;
    private bool _open;

    public PostgresFeed(PostgresSource source, string dataset, string target, IEnumerable<string> tables, TimeProvider time)
    {
        _source = source;
        _dataset = dataset;
        _tables = [.. tables];
        _slot = PostgresCapture.Slot(dataset, target);
        _time = time;
        var builder = PostgresSession.Of(source.ConnectionString);
        builder.ReadBufferSize = 256 * 1024;
        builder.KeepAlive = 0;
        _connection = new LogicalReplicationConnection(builder.ConnectionString) { WalReceiverStatusInterval = TimeSpan.FromSeconds(1) };
    }

    public async Task<FeedPoint> OpenAsync(FeedPoint? at, CancellationToken cancellationToken)
    {
        return await PostgresSlot.OpenAsync(_source, _dataset, _slot, _tables, at, BeginAsync, cancellationToken);

        async Task<Task> BeginAsync(FeedPoint begin)
        {
            _point = begin;
            await _connection.Open(cancellationToken);
            return _reading = Task.Run(ReadAheadAsync, CancellationToken.None);
        }
    }

    public async ValueTask<ChangeBatch> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_batches.Reader.TryRead(out var batch))
        {
            _arriving ??= _batches.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
            await Task.WhenAny(_arriving, Task.Delay(Patience, _time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (!_arriving.IsCompleted)
            {
                return new ChangeBatch([], _point!, _open);
            }

            // Fails as the reading ahead failed.
            if (!await _arriving)
            {
                throw new IOException($"{_source.Name} ended the replication stream of the slot {_slot}.");
            }

            _arriving = null;
            if (!_batches.Reader.TryRead(out batch))
            {
                // It told of a batch that was taken without waiting.
                return new ChangeBatch([], _point!, _open);
            }
        }

        // What came in small pieces while the target was busy goes as one.
        while (!batch.Open && _batches.Reader.TryPeek(out var next) && !next.Open && batch.Events.Length + next.Events.Length <= BatchEvents)
        {
            _batches.Reader.TryRead(out next);
            batch = next! with { Events = batch.Events.AddRange(next.Events) };
        }

        (_point, _open) = (batch.Next, batch.Open);
        return batch;
    }

    public async ValueTask AcknowledgeAsync(FeedPoint applied, CancellationToken cancellationToken)
    {
        _connection.SetReplicationStatus(new NpgsqlLogSequenceNumber((ulong)applied.Next));
        if (_reading is { IsCompleted: false })
        {
            await _connection.SendStatusUpdate(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        while (_reading is { IsCompleted: false } && await Task.WhenAny(_reading, Task.Delay(EndsWithin, TimeProvider.System)) != _reading)
        {
            // A server that is just beginning the stream overlooks that it is cancelled, and then it would be read for ever.
            await EndSenderAsync();
        }

        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async Task EndSenderAsync()
    {
        try
        {
            await using var command = _source.Database.CreateCommand("select pg_terminate_backend($1)");
            command.Parameters.Add(new() { Value = _connection.ProcessID });
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The server is gone: so will the stream be, by its own time-out.
        }
    }

    private async Task ReadAheadAsync()
    {
        try
        {
            await ReadStreamAsync(_stop.Token);
            _batches.Writer.Complete();
        }
        catch (PostgresException e)
        {
            _batches.Writer.Complete(PostgresSlot.Explain(e, _slot, _source.Name));
        }
        catch (Exception e)
        {
            // The reader of the channel throws it on; after a stop nobody reads.
            _batches.Writer.Complete(e);
        }
    }

    private async Task ReadStreamAsync(CancellationToken cancellationToken)
    {
        var decoder = new PgOutputDecoder(_source.Database, _dataset, _tables, _source.Schema);
        var events = new List<ChangeEvent>(BatchEvents);
        var (point, sent) = (_point!, _point!);
        var (bytes, sliced) = (0L, false);
        var (whole, wholeBytes) = (0, 0L);
        var buffer = new byte[64 * 1024];
        var options = new Dictionary<string, string?>
        {
            ["proto_version"] = "1",
            ["publication_names"] = PostgresSession.Quote(PostgresCapture.Publication(_dataset)),
        };

        async ValueTask SendAsync(int count, bool open)
        {
            sent = point;
            var batch = new ChangeBatch([.. CollectionsMarshal.AsSpan(events)[..count]], point, open);
            events.RemoveRange(0, count);
            (bytes, sliced) = (open ? 0 : bytes - wholeBytes, open);
            (whole, wholeBytes) = (0, 0);
            await _batches.Writer.WriteAsync(batch, cancellationToken);
        }

        _connection.SetReplicationStatus(new NpgsqlLogSequenceNumber((ulong)point.Next));
        var stream = _connection.StartLogicalReplication(
            new PgOutputReplicationSlot(_slot), cancellationToken, new NpgsqlLogSequenceNumber((ulong)point.Next), options);
        await using var messages = stream.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            // 1. Nothing more is there: what ended goes, rather than wait for more.
            var next = messages.MoveNextAsync();
            if (!next.IsCompleted && !decoder.InTransaction && sent != point)
            {
                await SendAsync(events.Count, open: false);
            }

            var waited = !next.IsCompleted;
            if (!await next)
            {
                return;
            }

            if (waited)
            {
                // The server sends each row by itself: to wake for each costs more than all the rest.
                await Task.Delay(decoder.InTransaction ? GatheringWithin : Gathering, _time, cancellationToken);
            }

            // 2. The message, whole.
            var message = messages.Current;
            var length = (int)message.Data.Length;
            if (buffer.Length < length)
            {
                buffer = new byte[length * 2];
            }

            await message.Data.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken);
            if (buffer[0] == 'R')
            {
                await decoder.ReadRelationAsync(buffer.AsMemory(0, length), cancellationToken);
                continue;
            }

            // 3. The transaction goes on and is too large to be held: what ended before it goes first, then it does in slices.
            if (buffer[0] != 'C' && (events.Count >= SliceEvents || bytes >= SliceBytes))
            {
                await (whole > 0 ? SendAsync(whole, open: false) : SendAsync(events.Count, open: true));
            }

            decoder.Read(buffer.AsSpan(0, length), (ulong)message.WalStart, events);
            bytes += length;

            // 4. It ended.
            if (buffer[0] == 'C')
            {
                point = point with { Next = (long)decoder.End, Highest = decoder.Highest > point.Highest ? decoder.Highest : point.Highest };
                (whole, wholeBytes) = (events.Count, bytes);
                if (sliced || whole >= BatchEvents || bytes >= SliceBytes)
                {
                    await SendAsync(whole, open: false);
                }
            }
        }
    }
}
