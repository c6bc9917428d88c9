using System.Globalization;
using Hub.Adapters.Connectors;
using Hub.Adapters.Orders;
using Hub.Adapters.Webhooks;
using Hub.Connectors;
using Hub.Connectors.Webhooks;
using Hub.Orders;
using Hub.Processes;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Shipments;

/// <summary>
/// Where the ERP ships by itself (<c>Orders.Shipping</c> is <c>by-erp</c>): asks it which goods left the house, and tells their orders. The cursor is the newest
/// change by the ERP's own clock; each poll asks again from a while before it, now and then from long before it, and the inbox passes over what is known.
/// </summary>
internal sealed partial class FetchShipments(
    ConnectorSet connectors, PausedConnectors paused, IProcessStore store, Intake intake, Hints hints, AdaptersOptions options, TimeProvider time, ILogger<FetchShipments> logger)
    : ConnectorPoll("shipments", WebhookTopic.Shipments, options.ShipmentsEvery, store, hints, time)
{
    private (string Name, DateTimeOffset At)? _swept;

    protected override Connector? Find() =>
        intake.At is not null && intake.Shipping is ShippingMode.ByErp && connectors.With<IShipmentSource>() is { } erp && !paused.Holds(erp.Config.Name) ? erp : null;

    protected override Task FetchAsync(Connector connector, CancellationToken cancellationToken) =>
        FetchAsync(connector.Config.Name, connector.Find<IShipmentSource>()!, cancellationToken);

    protected override void Failed(Exception exception) => LogFailed(logger, exception);

    /// <summary>Takes in what left the house.</summary>
    internal async Task FetchAsync(string name, IShipmentSource source, CancellationToken cancellationToken)
    {
        if (intake.At is not { } begin)
        {
            return;
        }

        var setting = $"cursor.shipments.{name}";
        var cursor = await Store.GetSettingAsync(setting, cancellationToken) is { } kept ? DateTimeOffset.Parse(kept, CultureInfo.InvariantCulture) : begin;
        var now = Time.GetUtcNow();
        var sweeps = _swept is not var (of, at) || of != name || now - at >= options.SweepEvery;
        var since = cursor - (sweeps ? options.SweepOverlap : options.PollOverlap);
        var (newest, early) = (cursor, false);
        string? page = null;
        do
        {
            var outcome = await source.FetchAsync(since, page, cancellationToken);
            if (outcome is not CallOutcome<ShipmentPage>.Done { Value: var fetched })
            {
                // The cursor stays where it was: the next poll begins at the first page.
                LogNotFetched(logger, name, outcome);
                return;
            }

            newest = fetched.Latest is { } latest && latest <= Time.GetUtcNow() && latest > newest ? latest : newest;
            page = fetched.Next;
            var messages = new List<ProcessMessage>();
            foreach (var shipped in fetched.Shipments)
            {
                var (message, tooEarly) = await MessageAsync(shipped, cancellationToken);
                early |= tooEarly;
                messages.AddRange(message is null ? [] : [message]);
            }

            // An order whose booking is not known here yet can't take its shipment: the cursor waits for it.
            await Store.ReceiveAsync(
                messages, page is null && !early ? (setting, newest.ToString("O", CultureInfo.InvariantCulture)) : null, cancellationToken);
        }
        while (page is not null);
        _swept = sweeps ? (name, now) : _swept;
    }

    // What an order would make nothing of is no message: its id would be used up, and the order may ask for it after it was taken up again.
    private async Task<(ProcessMessage? Message, bool TooEarly)> MessageAsync(ShippedOrder shipped, CancellationToken cancellationToken)
    {
        if (await Store.FindAsync(OrderDefinition.Name, shipped.Order.ToString(), cancellationToken) is not { } process)
        {
            return (null, false);
        }

        var state = OrderDefinition.ReadState(process.State);
        var message = new GoodsShipped(shipped.Id, shipped.Shipment);
        return OrderProcess.Handle(state, message).Changes(state)
            ? (OrderDefinition.ToMessage(shipped.Order, $"shipped {shipped.Id}", message), false)
            : (null, state is { Shipping: ShippingMode.ByErp, Status: OrderStatus.Fetched or OrderStatus.Entered or OrderStatus.Received });
    }

    [LoggerMessage(LogLevel.Warning, "{Connector} did not give its shipments: {Outcome}")]
    private static partial void LogNotFetched(ILogger logger, string connector, CallOutcome<ShipmentPage> outcome);

    [LoggerMessage(LogLevel.Error, "Shipments could not be taken in; they are asked for again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
