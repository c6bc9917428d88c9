using System.Threading.Channels;
using Hub.Gateway.Mirroring.Comparing;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Gateway.Mirroring;

/// <summary>
/// The way to one side for copies: a queue of its own and connections of its own, so that one side that hangs keeps no
/// copy from another. A side that does not answer five times in a row is left alone for a second, then longer and longer,
/// up to half a minute.
/// </summary>
/// <remarks>Bound: <see cref="MostWaiting"/> copies wait, none longer than <see cref="Patience"/>; <c>Connections</c> are under way.</remarks>
internal sealed class MirrorLane : IDisposable
{
    public const int MostWaiting = 64;

    private const int FailuresBeforeRest = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), LongestRest = TimeSpan.FromSeconds(30);

    private readonly Channel<MirrorCopy> _queue = Channel.CreateBounded<MirrorCopy>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait });

    private readonly HttpMessageInvoker _http;
    private readonly TimeSpan _timeout;
    private readonly Func<MirrorCopy, Answer, CancellationToken, Task> _judge;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly MirrorRoom _room;
    private readonly CancellationTokenSource _stopping = new();
    private int _failures;
    private long _restsUntil;

    public MirrorLane(
        HttpMessageInvoker http, HttpClientConfig? client, int connections, TimeSpan timeout, MirrorRoom room,
        Func<MirrorCopy, Answer, CancellationToken, Task> judge, GatewayMetrics metrics, TimeProvider time)
    {
        (_http, Client, _timeout, _room, _judge, _metrics, _time) = (http, client, timeout, room, judge, metrics, time);
        Connections = connections;
        for (var i = 0; i < connections; i++)
        {
            _ = Task.Run(RunAsync);
        }
    }

    /// <summary>What its connections were made by.</summary>
    public HttpClientConfig? Client { get; }

    public int Connections { get; }

    public TimeSpan Timeout => _timeout;

    public int Waiting => _queue.Reader.Count;

    /// <summary>A copy would be taken now.</summary>
    public bool IsOpen => _time.GetTimestamp() >= Volatile.Read(ref _restsUntil) && _queue.Reader.Count < MostWaiting;

    /// <summary>Takes it, or drops it where the queue is full. Never waits.</summary>
    public void Take(MirrorCopy copy)
    {
        copy.TakenAt = _time.GetTimestamp();
        if (!_queue.Writer.TryWrite(copy))
        {
            Drop(copy, "queue full");
        }
    }

    /// <summary>Asks the side of the lane, or another by the same connections. Never throws but when the plane stops.</summary>
    public Task<Answer> AskAsync(CopyRequest request, byte[]? body, CancellationToken cancellationToken) =>
        request.AskAsync(_http, body, _room, _timeout, _time, cancellationToken);

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _stopping.Cancel();
        while (_queue.Reader.TryRead(out var copy))
        {
            copy.Dispose();
        }

        _http.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var copy in _queue.Reader.ReadAllAsync(_stopping.Token))
            {
                using (copy)
                {
                    await SendAsync(copy);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The plane stops, or the side's connections changed.
        }
    }

    private async Task SendAsync(MirrorCopy copy)
    {
        if (_time.GetElapsedTime(copy.TakenAt) > Patience || _time.GetTimestamp() < Volatile.Read(ref _restsUntil))
        {
            _metrics.CopyDropped(copy.Route.Group, "stale");
            return;
        }

        var answer = await AskAsync(copy.Request!, copy.Sent?.ToArray(), _stopping.Token);
        if (answer.Status == 0)
        {
            Rest();
        }
        else
        {
            Volatile.Write(ref _failures, 0);
        }

        await _judge(copy, answer, _stopping.Token);
    }

    private void Rest()
    {
        var failures = Interlocked.Increment(ref _failures);
        if (failures >= FailuresBeforeRest)
        {
            var rest = TimeSpan.FromSeconds(Math.Min(LongestRest.TotalSeconds, Math.Pow(2, failures - FailuresBeforeRest)));
            Volatile.Write(ref _restsUntil, _time.GetTimestamp() + (long)(rest.TotalSeconds * _time.TimestampFrequency));
        }
    }

    private void Drop(MirrorCopy copy, string why)
    {
        _metrics.CopyDropped(copy.Route.Group, why);
        copy.Dispose();
    }
}
