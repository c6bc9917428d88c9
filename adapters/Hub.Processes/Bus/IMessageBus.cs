namespace Hub.Processes.Bus;

/// <summary>A bus that is open. It only carries: inbox, state and outbox are the store's.</summary>
public interface IMessageBus : IAsyncDisposable
{
    /// <summary>Tells it to all who subscribed; it is with the bus when this returns.</summary>
    /// <param name="id">The message's id: the same one again is the same message, to whoever dedupes.</param>
    Task PublishAsync(string id, BusMessage message, CancellationToken cancellationToken);

    /// <summary>Sends it to one queue.</summary>
    Task SendAsync(string id, string queue, BusMessage message, CancellationToken cancellationToken);
}

/// <summary>Where a bus is, and what the hub is called there.</summary>
/// <param name="Connection">The server's connection string, with its password.</param>
/// <param name="Queue">The hub's own queue.</param>
/// <param name="Topic">What the hub's events are published under, on a bus that has topics.</param>
public sealed record BusPlace(string Connection, string Queue, string Topic)
{
    public override string ToString() => Queue;
}

/// <summary>A kind of bus that a config may name.</summary>
/// <param name="Name">The value of <c>Transport</c>.</param>
/// <param name="Open">Opens it; what comes is given to the intake until it is disposed of.</param>
public sealed record BusTransport(string Name, Func<BusPlace, BusIntake, CancellationToken, Task<IMessageBus>> Open);
