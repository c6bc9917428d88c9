using System.ComponentModel.DataAnnotations;

namespace Hub.Placement.Config;

/// <summary>
/// What takes a group back by itself (SAFETY.md 21). Both sides are compared over the same seconds; where the other side
/// saw too little (share 100), with the same hour last week. No guard decides by a raw ratio: bounds are Wilson's at 3.5
/// standard deviations, so few samples decide nothing.
/// </summary>
public sealed class GuardsConfig
{
    /// <summary>So many requests New must have had in a window before errors or latency of it are judged.</summary>
    /// <value>The default is 20.</value>
    [Range(1, 1_000_000)]
    public int Samples { get; init; } = 20;

    /// <summary>By how much New's rate of errors may be above the other side's, as a part of 1; null: errors are not guarded.</summary>
    /// <value>The default is 0.02: two in a hundred.</value>
    [Range(0.0, 1.0)]
    public double? Errors { get; init; } = 0.02;

    /// <summary>New's rate of errors that is too much where there is nothing to compare with.</summary>
    /// <value>The default is 0.2.</value>
    [Range(0.0, 1.0)]
    public double MostErrors { get; init; } = 0.2;

    /// <summary>How many times slower New may be at p95 and p99; null: latency is not guarded.</summary>
    /// <value>The default is 2.</value>
    [Range(1.0, 1_000.0)]
    public double? Latency { get; init; } = 2;

    /// <summary>Below this nobody calls New slow, whatever the other side needs.</summary>
    /// <value>The default is 100 ms.</value>
    public TimeSpan LatencyFloor { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many mismatches of money, stock or status the mirror may find in five minutes; null: they are not guarded.</summary>
    /// <value>The default is 3: what changes between two calls may look like one.</value>
    [Range(0, 1_000_000)]
    public int? MoneyMismatches { get; init; } = 3;

    /// <summary>By what part orders a request, and journeys completed of those begun, may fall below the other side's; null: not guarded.</summary>
    /// <value>The default is 0.5: half of them.</value>
    [Range(0.0, 1.0)]
    public double? Business { get; init; } = 0.5;

    /// <summary>
    /// By what part New's orders a minute, and its completed journeys a minute, all planes together, may fall below its share
    /// of the same hour last week; null: not guarded. Control looks at it, so not while control is away.
    /// </summary>
    /// <value>The default is 0.5: half of them.</value>
    [Range(0.0, 1.0)]
    public double? BusinessLastWeek { get; init; } = 0.5;

    /// <summary>So many of them last week must promise New for a window, of 5 or 15 minutes, before it is judged by last week.</summary>
    /// <value>The default is 30.</value>
    [Range(1, 1_000_000)]
    public int BusinessSamples { get; init; } = 30;

    /// <summary>After a trip, carry customers with a claim of New to legacy as well (SAFETY.md 13).</summary>
    /// <value>The default is false: they stay while New's destinations are healthy.</value>
    public bool Evacuate { get; init; }

    /// <summary>How long after a trip a shift of the group is held, unless forced.</summary>
    /// <value>The default is 15 minutes.</value>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromMinutes(15);
}
