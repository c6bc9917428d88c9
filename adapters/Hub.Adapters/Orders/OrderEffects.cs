using Hub.Adapters.Connectors;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Orders;
using Hub.Processes;

namespace Hub.Adapters.Orders;

/// <summary>Which connector carries out which command of an order, and what its outcome means to the process.</summary>
internal static class OrderEffects
{
    /// <param name="start">
    /// When this plane started. An order from before it may have been booked and shipped by a store that was lost since (a restored
    /// backup): it is looked up first.
    /// </param>
    public static IEnumerable<EffectRunner> All(ConnectorSet connectors, IProcessStore store, DateTimeOffset start) =>
    [
        Runner<EnterOrder>(async (command, cancel) => await IsCancelledAsync(store, command.Order, cancel) ? Dropped(command) : connectors.Find<IOrderEntry>() is { } shop
            ? Outcome(command, await shop.EnterAsync(command.Order, cancel), number => new OrderEntered(number), number => number)
            : Missing("enters orders into the shop", "the shop's order API")),

        Runner<UpsertContact>(async (command, cancel) => connectors.Find<IContactBook>() is { } crm
            ? Outcome(command, await crm.UpsertAsync(command.Contact, cancel), _ => null, contact => contact.Email)
            : new EffectOutcome.Finished("not wanted", null, Detail: "No CRM is configured.")),

        Runner<BookOrder>(async (command, cancel) => await IsCancelledAsync(store, command.Order, cancel) ? Dropped(command) : connectors.Find<IOrderBooking>() is { } erp
            ? Outcome(command, await erp.BookAsync(command.Order, cancel), sale => new OrderBooked(sale), sale => sale.Text)
            : Missing("books orders", "an ERP")) with
        {
            MayHaveRun = call => OrderDefinition.ReadCommand<BookOrder>(call.Body) is var command && (command.Again || command.Order.PlacedAt < start),
            Window = () => connectors.Find<IOrderBooking>()?.Window ?? TimeSpan.Zero,
            LookUp = async (call, cancel) => connectors.Find<IOrderBooking>() is { } erp
                ? Found(await erp.FindAsync(OrderKey.Parse(call.Key), cancel), sale => sale is { } found
                    ? new EffectOutcome.Finished("found", OrderDefinition.ToReply(new OrderBooked(found)), found.Text) : null)
                : Missing("books orders", "an ERP"),
        },

        Runner<BookShipment>(async (command, cancel) => await IsCancelledAsync(store, command.Parcel.Order, cancel) ? Dropped(command) : connectors.Find<IShipmentBooking>() is { } carrier
            ? Outcome(
                command, await carrier.ShipAsync(command.Parcel, cancel), shipment => new ShipmentBooked(shipment, command.Parcel.Number), shipment => shipment.Tracking.Text)
            : Missing("ships", "a carrier")) with
        {
            MayHaveRun = call => OrderDefinition.ReadCommand<BookShipment>(call.Body) is var command && (command.Again || command.Parcel.Order.PlacedAt < start),
            Window = () => connectors.Find<IShipmentBooking>()?.Window ?? TimeSpan.Zero,
            LookUp = async (call, cancel) => connectors.Find<IShipmentBooking>() is { } carrier
                && OrderDefinition.ReadCommand<BookShipment>(call.Body).Parcel is var parcel
                ? Found(await carrier.FindAsync(parcel, cancel), shipment => shipment is not null
                    ? new EffectOutcome.Finished("found", OrderDefinition.ToReply(new ShipmentBooked(shipment, parcel.Number)), shipment.Tracking.Text) : null)
                : Missing("ships", "a carrier"),
        },

        Runner<ConfirmShipment>(async (command, cancel) =>
        {
            var port = command.Source is { } source
                ? connectors.Find(source)?.Find<IOrderConfirmation>()
                : connectors.All.Select(connector => connector.Find<IOrderConfirmation>()).FirstOrDefault(port => port?.Channel == command.Order.Key.Channel);
            return port is not null
                ? Outcome(
                    command, await port.ConfirmAsync(command.Order, command.Shipment, cancel), _ => new ShipmentConfirmed(command.Parcel), _ => command.Shipment.Tracking.Text)
                : command.Source is not null
                    ? new EffectOutcome.Again($"The connector {command.Source}, which fetched the order, is not in the config any more: put it back.")
                    : new EffectOutcome.Finished("not wanted", null, Detail: $"The channel {command.Order.Key.Channel} wants no confirmation.");
        }),

        Runner<VoidShipment>(async (command, cancel) => connectors.Find<IShipmentBooking>() is { } carrier
            ? Outcome(
                command, await carrier.VoidAsync(command.Parcel, command.Shipment, cancel), _ => new ShipmentVoided(command.Parcel.Number), shipment => shipment.Tracking.Text)
            : Missing("gives labels back", "a carrier")),

        Runner<CancelSale>(async (command, cancel) => connectors.Find<IOrderBooking>() is { } erp
            ? Outcome(command, await erp.CancelAsync(command.Key, command.Sale, cancel), _ => new SaleCancelled(), sale => sale.Text)
            : Missing("cancels sales", "an ERP")),
    ];

    private static EffectRunner Runner<TCommand>(Func<TCommand, CancellationToken, Task<EffectOutcome>> run)
        where TCommand : OrderCommand =>
        new(typeof(TCommand).Name, (call, cancel) => run(OrderDefinition.ReadCommand<TCommand>(call.Body), cancel))
        {
            GivenUp = (call, reason, mayHave) => OrderDefinition.ToReply(
                new CommandGivenUp(call.Kind, reason, mayHave, OrderDefinition.ReadCommand<TCommand>(call.Body).OfParcel)),
        };

    /// <summary>Not begun, and not wanted any more: asked just before the call, so that a cancelled order gets no sale and no label.</summary>
    private static async Task<bool> IsCancelledAsync(IProcessStore store, Order order, CancellationToken cancellationToken) =>
        await store.FindAsync(OrderDefinition.Name, order.Key.ToString(), cancellationToken) is { } process && OrderDefinition.ReadState(process.State).Cancelling is not null;

    private static EffectOutcome.Finished Dropped(OrderCommand command) => new EffectOutcome.Finished(
        "not wanted", OrderDefinition.ToReply(new CommandDropped(command.GetType().Name, command.OfParcel)), Detail: "The order is cancelled.");

    private static EffectOutcome Outcome<TCommand, T>(TCommand command, CallOutcome<T> outcome, Func<T, OrderMessage?> reply, Func<T, string> reference)
        where TCommand : OrderCommand => outcome switch
        {
            CallOutcome<T>.Done done => new EffectOutcome.Finished(
                "done", reply(done.Value) is { } message ? OrderDefinition.ToReply(message) : null, reference(done.Value)),
            CallOutcome<T>.Refused refused => new EffectOutcome.Finished(
                "refused", OrderDefinition.ToReply(new CommandRefused(typeof(TCommand).Name, refused.Reason, command.OfParcel)), Detail: refused.Reason),
            CallOutcome<T>.NotDone notDone => new EffectOutcome.Again(notDone.Reason, notDone.After),
            _ => new EffectOutcome.Unknown(((CallOutcome<T>.Unknown)outcome).Reason),
        };

    /// <summary>A look-up that was not answered says nothing: it is asked again.</summary>
    private static EffectOutcome Found<T>(CallOutcome<T> outcome, Func<T, EffectOutcome?> found) => outcome switch
    {
        CallOutcome<T>.Done done => found(done.Value) ?? new EffectOutcome.Absent(),
        CallOutcome<T>.Refused refused => new EffectOutcome.Again(refused.Reason),
        CallOutcome<T>.NotDone notDone => new EffectOutcome.Again(notDone.Reason, notDone.After),
        _ => new EffectOutcome.Again(((CallOutcome<T>.Unknown)outcome).Reason),
    };

    private static EffectOutcome.Again Missing(string does, string vendor) =>
        new($"No connector {does}: add {vendor} under Hub.Connectors of the config.");
}
