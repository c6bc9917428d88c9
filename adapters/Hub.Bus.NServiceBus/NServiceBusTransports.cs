using Hub.Processes.Bus;
using NServiceBus;

namespace Hub.Bus.NServiceBus;

/// <summary>The buses that NServiceBus carries on. Users bring their licence.</summary>
public static class NServiceBusTransports
{
    public static BusTransport SqlServer { get; } = new("nservicebus-sqlserver", (place, intake, cancellationToken) =>
        NServiceBusBus.OpenAsync(place, intake, new SqlServerTransport(place.Connection) { TransportTransactionMode = TransportTransactionMode.ReceiveOnly }, cancellationToken));

    public static BusTransport Postgres { get; } = new("nservicebus-postgres", (place, intake, cancellationToken) =>
        NServiceBusBus.OpenAsync(place, intake, new PostgreSqlTransport(place.Connection) { TransportTransactionMode = TransportTransactionMode.ReceiveOnly }, cancellationToken));
}
