namespace Hub.Connectors.Limits;

/// <summary>
/// One of a vendor's own limits. A call has to fit all limits that it is subject to; one that would have to wait too long is not made
/// (<see cref="CallOutcome{T}.NotDone"/> with the time at which it fits).
/// </summary>
/// <param name="Name">As the vendor calls the operation: <c>searchOrders</c>; for messages.</param>
public sealed record VendorLimit(string Name)
{
    /// <summary>The HTTP method that is limited; null: each.</summary>
    public string? Method { get; init; }

    /// <summary>The path that is limited, below the connector's address, with <c>{…}</c> for what differs: <c>/orders/{id}</c>. Empty: all calls.</summary>
    public string Path { get; init; } = "";

    /// <summary>How many calls a second go on for ever; 0: not limited so.</summary>
    public double PerSecond { get; init; }

    /// <summary>How many calls may be made at once after a pause.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>How many calls may be under way; 0: not limited so.</summary>
    public int Concurrency { get; init; }

    /// <summary>How many calls a day, by UTC, may be made; 0: not limited so.</summary>
    public int PerDay { get; init; }

    /// <summary>What a call takes out of the bucket, where that differs (Shopify's cost); null: 1.</summary>
    public Func<HttpRequestMessage, double>? Cost { get; init; }

    /// <summary>Reads what the vendor says about this limit in an answer; null: nothing.</summary>
    public Func<HttpResponseMessage, LimitNews?>? Read { get; init; }
}

/// <summary>What a vendor says about a limit; null: it does not say.</summary>
/// <param name="Remaining">How many calls (or how much cost) are left now.</param>
/// <param name="PerSecond">How many come back each second.</param>
/// <param name="RemainingToday">How many calls are left of the day's.</param>
public sealed record LimitNews(double? Remaining = null, double? PerSecond = null, double? RemainingToday = null);
