using Microsoft.AspNetCore.Http;

namespace Hub.Town.Business.Faults;

/// <summary>Plays the faults on the dial around a business system's own work. The same seed throws the same dice.</summary>
internal sealed class FaultyBehaviour(TimeProvider time, int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private long _second;
    private int _requestsInSecond;
    private int _hanging;
    private volatile FaultDial _dial = new();

    public FaultDial Dial
    {
        get => _dial with { Hanging = Volatile.Read(ref _hanging) };
        set => _dial = value;
    }

    /// <summary>True in <paramref name="rate"/> of the cases.</summary>
    public bool Happens(double rate)
    {
        lock (_lock)
        {
            return _random.NextDouble() < rate;
        }
    }

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var dial = _dial;
        if (dial.Down)
        {
            context.Abort();
            return;
        }

        if (dial.LatencyMs > 0)
        {
            await HangAsync(TimeSpan.FromMilliseconds(dial.LatencyMs), context.RequestAborted);
        }

        if (IsOverLimit(dial.RateLimitPerSecond))
        {
            context.Response.Headers.RetryAfter = "1";
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        var fails = Happens(dial.ErrorRate);
        if (fails && Happens(0.5))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        var isWrite = !HttpMethods.IsGet(context.Request.Method);
        var hangs = isWrite && Happens(dial.TimeoutAfterSuccessRate);
        if (!fails && !hangs)
        {
            await next(context);
            return;
        }

        // The work is done and its answer is kept from the caller.
        var body = context.Response.Body;
        context.Response.Body = Stream.Null;
        await next(context);
        context.Response.Body = body;
        if (hangs)
        {
            await HangAsync(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }

        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
    }

    private bool IsOverLimit(int? limit)
    {
        if (limit is null)
        {
            return false;
        }

        lock (_lock)
        {
            var second = time.GetUtcNow().ToUnixTimeSeconds();
            (_second, _requestsInSecond) = (second, second == _second ? _requestsInSecond + 1 : 1);
            return _requestsInSecond > limit;
        }
    }

    private async Task HangAsync(TimeSpan span, CancellationToken aborted)
    {
        Interlocked.Increment(ref _hanging);
        try
        {
            await Task.Delay(span, time, aborted);
        }
        catch (OperationCanceledException)
        {
            // The caller has had enough; a patient system goes on with what it was asked for.
        }
        finally
        {
            Interlocked.Decrement(ref _hanging);
        }
    }
}
