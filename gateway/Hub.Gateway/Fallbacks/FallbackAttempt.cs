using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Fallbacks;

/// <summary>
/// One request's try at New: whoever comes first decides, the answer's headers or the end of its time. What New answered once
/// goes to the client; what is given up never does.
/// </summary>
internal sealed class FallbackAttempt : IDisposable
{
    private readonly FallbackBudget _budget;
    private readonly CancellationTokenSource _cancellation;
    private readonly ITimer _timer;
    private int _state;

    public FallbackAttempt(FallbackBudget budget, TimeSpan timeout, TimeProvider time, CancellationToken aborted)
    {
        _budget = budget;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        _timer = time.CreateTimer(static attempt => ((FallbackAttempt)attempt!).TimeOut(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    private enum State
    {
        Waiting,
        Answered,
        GivenUp,
    }

    public CancellationToken Aborted => _cancellation.Token;

    /// <summary>What New said, or did not say, is not to reach the client, and the budget is paid.</summary>
    public bool IsGivenUp => Volatile.Read(ref _state) == (int)State.GivenUp;

    /// <summary>New's headers have come.</summary>
    /// <returns>Whether the answer is thrown away: a 502, 503 or 504 within the budget, or one that came too late.</returns>
    public bool TakeAnswer(int status)
    {
        var next = IsFailure(status) && !IsGivenUp && _budget.TryTake() ? State.GivenUp : State.Answered;
        var before = (State)Interlocked.CompareExchange(ref _state, (int)next, (int)State.Waiting);
        return before == State.GivenUp || (before == State.Waiting && next == State.GivenUp);
    }

    /// <summary>Forwarding has ended. Where no headers came at all, the budget decides now.</summary>
    public bool GiveUp(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            return false;
        }

        if (Volatile.Read(ref _state) == (int)State.Waiting && IsFailure(context.Response.StatusCode) && _budget.TryTake())
        {
            Volatile.Write(ref _state, (int)State.GivenUp);
        }

        return IsGivenUp;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _cancellation.Dispose();
    }

    private static bool IsFailure(int status) =>
        status is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout;

    private void TimeOut()
    {
        if (Volatile.Read(ref _state) == (int)State.Waiting && _budget.TryTake()
            && Interlocked.CompareExchange(ref _state, (int)State.GivenUp, (int)State.Waiting) == (int)State.Waiting)
        {
            try
            {
                _cancellation.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The request ended this very moment.
                return;
            }
        }
    }
}
