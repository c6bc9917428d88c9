namespace Hub.Town.Business.Faults;

/// <summary>How badly a business system behaves: <c>GET</c> and <c>PUT /faults</c>, open to whoever plays.</summary>
/// <param name="LatencyMs">How long it thinks before it begins, in milliseconds.</param>
/// <param name="ErrorRate">Part of the requests, 0 to 1, answered with 500; half of those after it has done the work.</param>
/// <param name="TimeoutAfterSuccessRate">Part of the writes, 0 to 1, that are done and never answered.</param>
/// <param name="DuplicateRate">Part of the orders, 0 to 1, that a page of the marketplace holds twice.</param>
/// <param name="RateLimitPerSecond">More requests in one second get 429 with Retry-After; null: no limit.</param>
/// <param name="Down">Each connection is cut.</param>
/// <param name="Hanging">Told only: requests that wait for an answer now.</param>
public sealed record FaultDial(
    int LatencyMs = 0,
    double ErrorRate = 0,
    double TimeoutAfterSuccessRate = 0,
    double DuplicateRate = 0,
    int? RateLimitPerSecond = null,
    bool Down = false,
    int Hanging = 0)
{
    /// <summary>What is wrong with these settings, or null.</summary>
    internal string? Problem() =>
        LatencyMs < 0 ? $"latencyMs is {LatencyMs}; it has to be 0 or more."
        : RateLimitPerSecond < 1 ? $"rateLimitPerSecond is {RateLimitPerSecond}; it has to be 1 or more, or null for no limit."
        : new[] { ErrorRate, TimeoutAfterSuccessRate, DuplicateRate }.Any(rate => rate is not (>= 0 and <= 1))
            ? "A rate is a part of all, from 0 to 1."
            : null;
}
