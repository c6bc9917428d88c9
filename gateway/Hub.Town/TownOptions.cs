using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Town;

/// <summary>How a town is started.</summary>
public sealed class TownOptions
{
    /// <summary>Where the town keeps its stores (one SQLite file each) and <c>ports.json</c>; made where it is missing.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// The first of twelve ports in a row, in the order of <see cref="TownAddresses"/>. By default free ones are drawn at
    /// the first start; either way they are kept in <c>ports.json</c>, which wins, so that a restart has the same ones.
    /// </summary>
    /// <value>The default is null: drawn.</value>
    public int? FirstPort { get; init; }

    /// <summary>The clock of every part.</summary>
    /// <value>The default is the system's.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What the town's stores hold at first, and what its marketplace sells, follow from it.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The shop's public address (the gateway's): the payment provider calls back there. By default the legacy shop's
    /// own, which is right for a town without a hub in front.
    /// </summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Where the hub in front publishes the keys that its identities are validated by.</summary>
    /// <value>The default is <c>/.well-known/hub-jwks.json</c> at <see cref="PublicUrl"/>.</value>
    public Uri? IdentityKeys { get; init; }

    /// <summary>How often somebody buys at the marketplace.</summary>
    /// <value>The default is null: nobody does, unless told to by <c>POST /orders</c> there.</value>
    public TimeSpan? MarketplaceEvery { get; init; }

    /// <summary>Where the parts log to.</summary>
    /// <value>The default is nowhere.</value>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
