using System.ComponentModel.DataAnnotations;

namespace Hub.Placement.Config;

/// <summary>
/// Lets reads of a route go to legacy when New does not answer (SAFETY.md 9): GET and HEAD, before the client got a byte, and
/// within a budget, so that a New that is down is seen and legacy is not drowned.
/// </summary>
public sealed class FallbackConfig
{
    /// <summary>How long New may take until its answer's headers; then legacy is asked.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many requests of the route a plane may hand to legacy in a minute.</summary>
    /// <value>The default is 100.</value>
    [Range(1, 1_000_000)]
    public int PerMinute { get; init; } = 100;

    /// <summary>And how many of a hundred that went to New in this minute and the one before; five always may.</summary>
    /// <value>The default is 20.</value>
    [Range(1, 100)]
    public int Percent { get; init; } = 20;
}
