using System.Collections.Immutable;

namespace Hub.Town.Shoppers;

/// <summary>Where shoppers go, and how.</summary>
public sealed class ShopperOptions
{
    /// <summary>The shop's public address; every link on its pages must lead there.</summary>
    public required Uri Shop { get; init; }

    /// <summary>
    /// The addresses of the gateways that serve the shop, as a name with several addresses does: a shopper connects to one
    /// of them, and to the next where one refuses.
    /// </summary>
    /// <value>The default is empty: the shop's own address.</value>
    public ImmutableArray<Uri> Gateways { get; init; } = [];

    /// <summary>The same seed walks the same way again.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>How many customers there are; walk n is customer n's, counted round.</summary>
    /// <value>The default is 200.</value>
    public int Customers { get; init; } = 200;

    /// <summary>How long a shopper asks again for what gets no answer before the walk is given up.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a shopper waits before looking whether a write without an answer went through. A write that was cut on its
    /// way may still be at work in the shop, as long as the shop's own time-out: who looks earlier may do it twice (SAFETY.md 6).
    /// </summary>
    /// <value>The default is 10 seconds, legacy's time-out.</value>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>The default is the system's clock.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
