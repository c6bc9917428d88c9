using Hub.Adapters.Connectors;
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
        Runner<EnterOrder>(connectors, store, async (command, shop, cancel) => shop is not null
            ? Outcome(command, shop, await shop.Find<IOrderEntry>()!.EnterAsync(command.Order, cancel), number => new OrderEntered(number), number => number)
            : Missing("enters orders into the shop", "the shop's order API")),

        Runner<UpsertContact>(connectors, store, async (command, crm, cancel) => crm is not null
            ? Outcome(command, crm, await crm.Find<IContactBook>()!.UpsertAsync(command.Contact, cancel), _ => null, contact => contact.Email)
            : new EffectOutcome.Finished("not wanted", null, Detail: "No CRM is configured.")),

        Runner<BookOrder>(connectors, store, async (command, erp, cancel) => erp is not null
            ? Outcome(command, erp, await erp.Find<IOrderBooking>()!.BookAsync(command.Order, cancel), sale => new OrderBooked(sale), sale => sale.Text)
            : Missing("books orders", "an ERP")) with
        {
            MayHaveRun = call => OrderDefinition.ReadCommand<BookOrder>(call.Body) is var command && (command.Again || command.Order.PlacedAt < start),
            Window = () => connectors.Find<IOrderBooking>()?.Window ?? TimeSpan.Zero,
            LookUp = (call, cancel) => FindSaleAsync(connectors, OrderDefinition.ReadCommand<BookOrder>(call.Body), cancel),
        },

        Runner<SeekSale>(connectors, store, async (command, erp, cancel) => erp is not null
            ? Outcome(
                command, erp, await OldSales.FindAsync(erp, [.. new[] { command.Order.Key.ToString(), command.OldReference }.OfType<string>()], cancel),
                sale => sale, sale => sale.Sale?.Text ?? "none")
            : Missing("tells what was booked", "an ERP")),

        Runner<BookShipment>(connectors, store, async (command, carrier, cancel) => carrier is not null
            ? Outcome(
                command, carrier, await carrier.Find<IShipmentBooking>()!.ShipAsync(command.Parcel, cancel),
                shipment => new ShipmentBooked(shipment, command.Parcel.Number), shipment => shipment.Tracking.Text)
            : Missing("ships", "a carrier")) with
        {
            MayHaveRun = call => OrderDefinition.ReadCommand<BookShipment>(call.Body) is var command && (command.Again || command.Parcel.Order.PlacedAt < start),
            Window = () => connectors.Find<IShipmentBooking>()?.Window ?? TimeSpan.Zero,
            LookUp = async (call, cancel) => connectors.With<IShipmentBooking>() is { } carrier && OrderDefinition.ReadCommand<BookShipment>(call.Body) is var command
                ? Found(command, carrier, await carrier.Find<IShipmentBooking>()!.FindAsync(command.Parcel, cancel), shipment => shipment is not null
                    ? new EffectOutcome.Finished(
                        "found", OrderDefinition.ToReply(new ShipmentBooked(shipment, command.Parcel.Number)), shipment.Tracking.Text)
                    : null)
                : Missing("ships", "a carrier"),
        },

        Runner<ConfirmShipment>(connectors, store, async (command, market, cancel) => market?.Find<IOrderConfirmation>() is { } port
            ? Outcome(
                command, market, await port.ConfirmAsync(command.Order, command.Shipment, cancel), _ => new ShipmentConfirmed(command.Parcel),
                _ => command.Shipment.Tracking.Text)
            : command.Source is not null
                ? new EffectOutcome.Again($"The connector {command.Source}, which fetched the order, is not in the config any more: put it back.")
                : new EffectOutcome.Finished("not wanted", null, Detail: $"The channel {command.Order.Key.Channel} wants no confirmation.")),

        Runner<VoidShipment>(connectors, store, async (command, carrier, cancel) => carrier is not null
            ? Outcome(
                command, carrier, await carrier.Find<IShipmentBooking>()!.VoidAsync(command.Parcel, command.Shipment, cancel),
                _ => new ShipmentVoided(command.Parcel.Number), shipment => shipment.Tracking.Text)
            : Missing("gives labels back", "a carrier")),

        Runner<CancelSale>(connectors, store, async (command, erp, cancel) => erp is not null
            ? Outcome(command, erp, await erp.Find<IOrderBooking>()!.CancelAsync(command.Key, command.Sale, cancel), _ => new SaleCancelled(), sale => sale.Text)
            : Missing("cancels sales", "an ERP")),
    ];

    private static EffectRunner Runner<TCommand>(
        ConnectorSet connectors, IProcessStore store, Func<TCommand, Connector?, CancellationToken, Task<EffectOutcome>> run)
        where TCommand : OrderCommand =>
        new(typeof(TCommand).Name, async (call, cancel) =>
        {
            var command = OrderDefinition.ReadCommand<TCommand>(call.Body);

            // Asked just before the call, so that a cancelled order gets no sale and no label.
            return command is EnterOrder or BookOrder or BookShipment && await IsCancelledAsync(store, call.Key, cancel)
                ? Dropped(command)
                : await run(command, connectors.Of(command), cancel);
        })
        {
            GivenUp = (call, reason, mayHave) => OrderDefinition.ToReply(
                new CommandGivenUp(call.Kind, reason, mayHave, OrderDefinition.ReadCommand<TCommand>(call.Body).OfParcel)),
        };

    /// <summary>By the order's key; at a change of hands by the old export's reference, too.</summary>
    private static async Task<EffectOutcome> FindSaleAsync(ConnectorSet connectors, BookOrder command, CancellationToken cancellationToken)
    {
        if (connectors.With<IOrderBooking>() is not { } erp)
        {
            return Missing("books orders", "an ERP");
        }

        var own = Found(command, erp, await erp.Find<IOrderBooking>()!.FindAsync(command.Order.Key, cancellationToken), sale => sale is { } found
            ? new EffectOutcome.Finished("found", OrderDefinition.ToReply(new OrderBooked(found)), found.Text) : null);
        return own is EffectOutcome.Absent && command.OldReference is { } old
            ? Found(command, erp, await OldSales.FindAsync(erp, [old], cancellationToken), sale => sale.Sale is { } found
                ? new EffectOutcome.Finished("found", OrderDefinition.ToReply(sale), found.Text) : null)
            : own;
    }

    private static async Task<bool> IsCancelledAsync(IProcessStore store, string key, CancellationToken cancellationToken) =>
        await store.FindAsync(OrderDefinition.Name, key, cancellationToken) is { } process && OrderDefinition.ReadState(process.State).Cancelling is not null;

    private static EffectOutcome.Finished Dropped(OrderCommand command) => new EffectOutcome.Finished(
        "not wanted", OrderDefinition.ToReply(new CommandDropped(command.GetType().Name, command.OfParcel)), Detail: "The order is cancelled.");

    private static EffectOutcome Outcome<TCommand, T>(
        TCommand command, Connector connector, CallOutcome<T> outcome, Func<T, OrderMessage?> reply, Func<T, string> reference)
        where TCommand : OrderCommand => outcome switch
        {
            CallOutcome<T>.Done done => new EffectOutcome.Finished(
                "done", reply(done.Value) is { } message ? OrderDefinition.ToReply(message) : null, reference(done.Value)),
            CallOutcome<T>.Refused refused => new EffectOutcome.Finished(
                "refused",
                OrderDefinition.ToReply(new CommandRefused(typeof(TCommand).Name, refused.Reason, command.OfParcel) { Missing = Row(connector, refused) }),
                Detail: refused.Reason),
            CallOutcome<T>.NotDone notDone => new EffectOutcome.Again(notDone.Reason, notDone.After),
            _ => new EffectOutcome.Unknown(((CallOutcome<T>.Unknown)outcome).Reason),
        };

    /// <summary>A look-up that was not answered says nothing: it is asked again. One that is refused leaves open what happened: a person has to look.</summary>
    private static EffectOutcome Found<TCommand, T>(TCommand command, Connector connector, CallOutcome<T> outcome, Func<T, EffectOutcome?> found)
        where TCommand : OrderCommand => outcome switch
        {
            CallOutcome<T>.Done done => found(done.Value) ?? new EffectOutcome.Absent(),
            CallOutcome<T>.Refused refused => new EffectOutcome.Finished(
                "refused",
                OrderDefinition.ToReply(
                    new CommandGivenUp(typeof(TCommand).Name, refused.Reason, MayHaveHappened: true, command.OfParcel) { Missing = Row(connector, refused) }),
                Detail: refused.Reason),
            CallOutcome<T>.NotDone notDone => new EffectOutcome.Again(notDone.Reason, notDone.After),
            _ => new EffectOutcome.Again(((CallOutcome<T>.Unknown)outcome).Reason),
        };

    private static MissingRow? Row<T>(Connector connector, CallOutcome<T>.Refused refused) =>
        refused.Missing is { } missing ? new MissingRow(connector.Config.Name, missing.Table, missing.Key) : null;

    private static EffectOutcome.Again Missing(string does, string vendor) =>
        new($"No connector {does}: add {vendor} under Hub.Connectors of the config.");
}
