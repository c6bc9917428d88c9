using System.ComponentModel.DataAnnotations;

namespace Hub.Placement.Config;

/// <summary>How much the shop takes: rates of clients, and requests in hand at once. What is not named is not limited.</summary>
public sealed class LimitsConfig
{
    /// <summary>Requests of one address; of IPv6 its /64, for a customer has all of that.</summary>
    public RateConfig? Client { get; init; }

    /// <summary>Requests of one key: the hub cookie's, or the digest of <see cref="KeyHeader"/> or of a bearer token.</summary>
    public RateConfig? Key { get; init; }

    /// <summary>The header that carries an API key, <c>X-Api-Key</c>; it comes before cookie and token.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>Requests in hand at once in the whole gateway plane.</summary>
    public SeatsConfig? Gateway { get; init; }

    /// <summary>Requests that legacy has in hand at once from this plane.</summary>
    public SeatsConfig? Legacy { get; init; }

    /// <summary>Requests that New has in hand at once from this plane.</summary>
    public SeatsConfig? New { get; init; }
}

/// <summary>So many requests in a time; on average, and so many at once.</summary>
public sealed class RateConfig
{
    /// <summary>How many in <see cref="Per"/>.</summary>
    [Range(1, 1_000_000)]
    public int Requests { get; init; } = 1;

    /// <summary>The time that <see cref="Requests"/> counts for, 100 ms to a day.</summary>
    /// <value>The default is 1 minute.</value>
    public TimeSpan Per { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many may come at once before the average counts.</summary>
    /// <value>The default is <see cref="Requests"/>.</value>
    [Range(1, 1_000_000)]
    public int? Burst { get; init; }
}

/// <summary>Seats for requests in hand at once, and who gets them when there are few.</summary>
public sealed class SeatsConfig
{
    /// <summary>How many there are.</summary>
    [Range(1, 1_000_000)]
    public int Most { get; init; } = 1;

    /// <summary>The part, in per cent, that browsing never takes: it is kept for checkout and journeys already begun.</summary>
    /// <value>The default is 20.</value>
    [Range(0, 90)]
    public int Kept { get; init; } = 20;

    /// <summary>How many wait at most.</summary>
    /// <value>The default is 200.</value>
    [Range(0, 100_000)]
    public int Queue { get; init; } = 200;

    /// <summary>How long one waits at most before it gets the waiting page; 0 to 1 minute.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(2);
}
