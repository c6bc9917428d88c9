using System.Collections.Immutable;
using Hub.Adapters.Connectors;
using Hub.Adapters.Webhooks;
using Hub.Connectors;
using Hub.Planes;
using Hub.Processes;
using Hub.Processes.Bus;

namespace Hub.Adapters;

/// <summary>How an adapters plane is started. Its store is <c>adapters.db</c> in the plane's folder, or <see cref="Store"/>.</summary>
public sealed class AdaptersOptions
{
    public required PlaneOptions Plane { get; init; }

    /// <summary>The store in PostgreSQL, which several planes may share.</summary>
    /// <value>The default is none: a file in the plane's folder, for this plane alone.</value>
    public StoreOptions? Store { get; init; }

    /// <summary>The kinds of connectors that a config may name.</summary>
    /// <value>The default is those that this build has.</value>
    public ImmutableArray<ConnectorVendor> Vendors { get; init; } = KnownVendors.All;

    /// <summary>The folder of the keys that encrypt the texts of orders and what connectors keep; planes that share a store share it.</summary>
    /// <value>The default is <c>keys</c> in the plane's folder.</value>
    public string? Keys { get; init; }

    /// <summary>The buses that a config may name.</summary>
    /// <value>None by default.</value>
    public ImmutableArray<BusTransport> Buses { get; init; } = [];

    /// <summary>How patient effects are.</summary>
    public ProcessOptions Processes { get; init; } = new();

    /// <summary>What vendors may post to <c>/webhooks/CONNECTOR</c>.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>How often marketplaces are asked for orders.</summary>
    /// <value>The default is two seconds.</value>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the owner of the stock is asked for what changed.</summary>
    /// <value>The default is ten seconds.</value>
    public TimeSpan StockEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an ERP that ships by itself is asked for what left the house.</summary>
    /// <value>The default is thirty seconds.</value>
    public TimeSpan ShipmentsEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How far back each poll asks again: an order that a marketplace shows late is found there. Known ones are passed over.</summary>
    /// <value>The default is two minutes.</value>
    public TimeSpan PollOverlap { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often, and after each start, a poll asks from <see cref="SweepOverlap"/> before.</summary>
    /// <value>The default is one hour.</value>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a marketplace may keep an order back, an unpaid one say, under the time at which it was placed.</summary>
    /// <value>The default is three days.</value>
    public TimeSpan SweepOverlap { get; init; } = TimeSpan.FromDays(3);
}
