using Hub.Processes.Bus;
using Rebus.Transport.InMem;

namespace Hub.Bus.Rebus.Tests;

public sealed class MemoryBusTests : BusContract
{
    protected override BusTransport Transport { get; } = RebusTransports.Memory(new InMemNetwork());

    protected override string Connection => "";
}
