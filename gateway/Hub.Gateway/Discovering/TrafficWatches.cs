using System.Collections.Concurrent;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Discovering;

/// <summary>
/// Counts what comes by while somebody watches, and nothing else. A watch begins when it is asked for the first time and ends
/// when nobody asked for half a minute; four at most, each of bounded memory (<see cref="TrafficSketch"/>).
/// </summary>
/// <remarks>
/// A shopper's request waits for no counting: it is put into a queue of 20,000 at most (about 10 MB), and what comes while
/// that is full is not counted.
/// </remarks>
internal sealed partial class TrafficWatches(GatewayOptions options, TimeProvider time, ILogger<TrafficWatches> logger)
{
    private const int Most = 4;

    private const int MostWaiting = 20_000;

    private static readonly TimeSpan Forget = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time = time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Sighting> _waiting = new();
    private volatile bool _watching;
    private long _askedAt;
    private int _counting;

    /// <summary>Read at each request: nobody watches, the usual case.</summary>
    public bool Watching => _watching;

    /// <summary>What was counted since the watch began; null where too many others watch.</summary>
    public TrafficView? Ask(string watch)
    {
        var now = _time.GetUtcNow();
        Volatile.Write(ref _askedAt, now.UtcTicks);
        lock (_lock)
        {
            Count(now);
            if (!_watches.TryGetValue(watch, out var known))
            {
                if (_watches.Count >= Most)
                {
                    return null;
                }

                _watches.Add(watch, known = new Watch(new TrafficSketch(now, options.Name)));
                _watching = true;
            }

            known.AskedAt = now;
            return known.Sketch.View();
        }
    }

    /// <summary>Counts the request when it is answered.</summary>
    public async Task SeeAsync(HttpContext context, RequestDelegate next)
    {
        var (path, query) = (context.Request.Path.Value ?? "/", context.Request.QueryString.Value ?? "");
        await next(context);
        var referer = Uri.TryCreate(context.Request.Headers.Referer, UriKind.Absolute, out var page)
            && page.Authority.Equals(context.Request.Host.Value, StringComparison.OrdinalIgnoreCase)
                ? Uri.UnescapeDataString(page.AbsolutePath)
                : null;
        if (_waiting.Count < MostWaiting)
        {
            _waiting.Enqueue(new Sighting(
                Cut(context.Request.Method, 20), Cut(path, 1_000), Cut(query.TrimStart('?'), 300), context.Response.StatusCode,
                Cut(context.Request.Headers.UserAgent.ToString(), 200), referer is null ? null : Cut(referer, 500),
                context.Response.Headers.SetCookie.Any(cookie => cookie?.StartsWith("hub=", StringComparison.Ordinal) == false)));
        }

        var now = _time.GetUtcNow();
        if ((_waiting.Count > MostWaiting / 20 || now.UtcTicks - Volatile.Read(ref _askedAt) > Forget.Ticks)
            && Interlocked.Exchange(ref _counting, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static watches =>
                {
                    watches.CountInBackground();
                    Volatile.Write(ref watches._counting, 0);
                },
                this, preferLocal: false);
        }
    }

    // Nobody awaits it: what it threw would end the process, and shoppers with it.
    private void CountInBackground()
    {
        lock (_lock)
        {
            try
            {
                Count(_time.GetUtcNow());
            }
            catch (Exception e)
            {
                LogFailed(logger, e);
                _watches.Clear();
                _watching = false;
            }
        }
    }

    [LoggerMessage(80, LogLevel.Error, "The traffic that somebody watches could not be counted; all watches are ended.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    private void Count(DateTimeOffset now)
    {
        while (_waiting.TryDequeue(out var seen))
        {
            foreach (var watch in _watches.Values)
            {
                watch.Sketch.See(in seen);
            }
        }

        foreach (var (name, watch) in _watches)
        {
            if (now - watch.AskedAt > Forget)
            {
                _watches.Remove(name);
            }
        }

        _watching = _watches.Count > 0;
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];

    private sealed class Watch(TrafficSketch sketch)
    {
        public TrafficSketch Sketch { get; } = sketch;

        public DateTimeOffset AskedAt { get; set; }
    }
}
