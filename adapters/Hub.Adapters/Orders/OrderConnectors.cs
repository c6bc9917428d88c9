using Hub.Adapters.Connectors;
using Hub.Adapters.Customers;
using Hub.Connectors;
using Hub.Orders;

namespace Hub.Adapters.Orders;

/// <summary>Which connector carries out what. Commands wait in lanes: one for each kind, and for confirmations one for each channel.</summary>
internal static class OrderConnectors
{
    /// <summary>The lane in which a command waits.</summary>
    public static string LaneOf(OrderCommand command) =>
        command is ConfirmShipment confirm ? $"{nameof(ConfirmShipment)} {confirm.Source ?? confirm.Order.Key.Channel}" : command.GetType().Name;

    /// <summary>The connector that carries out the lane's commands; null where there is none.</summary>
    public static Connector? OfLane(this ConnectorSet connectors, string lane) => lane.Split(' ', 2) switch
    {
        [nameof(EnterOrder)] => connectors.With<IOrderEntry>(),
        [nameof(UpsertContact) or CustomerProcess.Upsert] => connectors.With<IContactBook>(),
        [nameof(BookOrder) or nameof(CancelSale) or nameof(SeekSale)] => connectors.With<IOrderBooking>(),
        [nameof(BookShipment) or nameof(VoidShipment)] => connectors.With<IShipmentBooking>(),
        [nameof(ConfirmShipment), var to] => connectors.Find(to) is { } source && source.Find<IOrderConfirmation>() is not null
            ? source
            : connectors.All.FirstOrDefault(connector => connector.Find<IOrderConfirmation>()?.Channel == to),
        _ => null,
    };

    /// <summary>The connector that carries out the command; null where there is none.</summary>
    public static Connector? Of(this ConnectorSet connectors, OrderCommand command) => command is ConfirmShipment { Source: { } source }
        ? connectors.Find(source)
        : connectors.OfLane(LaneOf(command));
}
