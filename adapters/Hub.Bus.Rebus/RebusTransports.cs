using Hub.Processes.Bus;
using Rebus.Config;
using Rebus.Transport.InMem;

namespace Hub.Bus.Rebus;

/// <summary>The buses that Rebus carries on.</summary>
public static class RebusTransports
{
    private const string Messages = "hub_bus_messages", Subscriptions = "hub_bus_subscriptions";

    /// <summary>Queues and subscriptions in tables of a PostgreSQL database, which it makes where they are missing.</summary>
    public static BusTransport Postgres { get; } = new("postgres", (place, intake, _) => Task.FromResult<IMessageBus>(new RebusBus(
        place, intake, configure => configure
            .Transport(transport => transport.UsePostgreSql(place.Connection, Messages, place.Queue))
            .Subscriptions(subscriptions => subscriptions.StoreInPostgres(place.Connection, Subscriptions, isCentralized: true)))));

    /// <summary>Within one process, for tests.</summary>
    public static BusTransport Memory(InMemNetwork network) => new("memory", (place, intake, _) => Task.FromResult<IMessageBus>(new RebusBus(
        place, intake, configure => configure.Transport(transport => transport.UseInMemoryTransport(network, place.Queue)))));
}
