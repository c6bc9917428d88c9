using System.Globalization;
using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.References;

namespace Hub.Connectors.BusinessCentral.Orders;

/// <summary>
/// An order becomes a sales order with its key as the external document number. Business Central takes the same number twice, so it is looked up first: among
/// the orders, and among posted shipments, since an order that is shipped and invoiced is gone from the orders.
/// </summary>
internal sealed class BookSalesOrder(IBusinessCentralApi api, VendorCalls calls, BusinessCentralOptions options, CrossReferences references) : IOrderBooking
{
    private Guid Company => options.Company!.Value;

    public TimeSpan Window => options.Window;

    public async Task<CallOutcome<SaleNumber>> BookAsync(Order order, CancellationToken cancellationToken)
    {
        var writer = new NewSalesOrders(api, options, references);
        if (writer.Problem(order) is { } problem)
        {
            return new CallOutcome<SaleNumber>.Refused(problem);
        }

        // 1. Look it up, and find or make the customer: nothing of the order has happened yet, however that ends.
        var prepared = await calls.CallAsync<(SaleNumber? Booked, NewSalesOrder? Order)>(
            async cancel => await FindAsync(order.Key.ToString(), cancel) is { } sale ? (sale, null) : (null, await writer.WriteAsync(order, cancel)), cancellationToken);
        if (prepared is not CallOutcome<(SaleNumber? Booked, NewSalesOrder? Order)>.Done { Value: var (booked, body) })
        {
            return NothingHappened(prepared);
        }

        // 2. The one call that makes it.
        return booked is { } found
            ? new CallOutcome<SaleNumber>.Done(found)
            : await calls.CallAsync(cancel => api.PostOrderAsync(Company, body!, cancel), cancellationToken) switch
            {
                CallOutcome<SalesOrder>.Done { Value: { } made } => await CheckAsync(order, made, cancellationToken),
                CallOutcome<SalesOrder>.Done => new CallOutcome<SaleNumber>.Unknown("Business Central said that it made it, and not what."),
                var other => Same(other),
            };
    }

    public Task<CallOutcome<SaleNumber?>> FindAsync(OrderKey key, CancellationToken cancellationToken) =>
        calls.CallAsync(cancel => FindAsync(key.ToString(), cancel), cancellationToken);

    public async Task<CallOutcome<SaleNumber>> CancelAsync(OrderKey key, SaleNumber sale, CancellationToken cancellationToken)
    {
        var refusal = (string?)null;
        var outcome = await calls.CallAsync(
            async cancel =>
            {
                var orders = await OrdersAsync(key.ToString(), cancel);
                refusal = orders.FirstOrDefault(order => order.FullyShipped || (order.SalesOrderLines ?? []).Any(line => line.ShippedQuantity > 0)) is { } shipped
                    ? $"The sales order {shipped.Number} is shipped in part or as a whole. In Business Central: post a sales return order for what is shipped, and delete the rest."
                    : orders.Length == 0 && await ShipmentAsync(key.ToString(), cancel) is { } posted
                        ? $"The sales order {posted} is shipped and posted. In Business Central: post a sales return order for it, and a credit memo."
                        : null;
                foreach (var order in refusal is null ? orders : [])
                {
                    // With the version that was looked at: one that is shipped at this moment is not deleted.
                    await api.DeleteOrderAsync(Company, order.Id, order.Etag ?? "*", cancel);
                }

                return sale;
            },
            cancellationToken);
        return refusal is null ? outcome : new CallOutcome<SaleNumber>.Refused(refusal);
    }

    /// <summary>Looks at what was made: alone, and with the order's total. Otherwise it is deleted again.</summary>
    private async Task<CallOutcome<SaleNumber>> CheckAsync(Order order, SalesOrder made, CancellationToken cancellationToken)
    {
        var reason = "";
        var outcome = await calls.CallAsync(
            async cancel =>
            {
                var all = await OrdersAsync(order.Key.ToString(), cancel);
                var own = all.FirstOrDefault(one => one.Id == made.Id) ?? made;
                reason = all.Any(one => one.Id != made.Id)
                    ? ""
                    : Math.Abs(own.TotalAmountIncludingTax - order.Total.Amount) <= options.TotalTolerance
                        ? null
                        : string.Create(
                            CultureInfo.InvariantCulture,
                            $"Business Central makes {own.TotalAmountIncludingTax} of it and the order says {order.Total}, so that it was not booked: look at the tax groups of items and customer, at whether the customer's prices include VAT, and whether the order's lines and shipping sum up to its total.");
                if (reason is not null)
                {
                    await api.DeleteOrderAsync(Company, made.Id, own.Etag ?? "*", cancel);
                }

                return SaleNumber.Parse(own.Number);
            },
            cancellationToken);
        return outcome switch
        {
            CallOutcome<SaleNumber>.Done when reason is null => outcome,
            CallOutcome<SaleNumber>.Done when reason.Length > 0 => new CallOutcome<SaleNumber>.Refused(reason),
            CallOutcome<SaleNumber>.Done => new CallOutcome<SaleNumber>.Unknown("Somebody else booked the order at the same moment."),
            _ => new CallOutcome<SaleNumber>.Unknown($"It was made as {made.Number} and could not be looked at since."),
        };
    }

    private async Task<SaleNumber?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var orders = await OrdersAsync(key, cancellationToken);
        return orders switch
        {
            [] => await ShipmentAsync(key, cancellationToken),
            [var order] => SaleNumber.Parse(order.Number),
            // One of them may be just about to go: who made it sees the other too.
            _ => throw new HttpRequestException(
                HttpRequestError.UserAuthenticationError,
                $"Business Central has several sales orders with the external document number {key}: {string.Join(", ", orders.Select(order => order.Number))}. Delete all but one there."),
        };
    }

    private async Task<SalesOrder[]> OrdersAsync(string key, CancellationToken cancellationToken) =>
        [.. (await api.GetOrdersAsync(
            Company, BusinessCentralQuery.Where($"externalDocumentNumber eq {BusinessCentralQuery.Text(key)}", expand: "salesOrderLines"), cancellationToken)).Entries];

    private async Task<SaleNumber?> ShipmentAsync(string key, CancellationToken cancellationToken) =>
        (await api.GetShipmentsAsync(Company, BusinessCentralQuery.Where($"externalDocumentNumber eq {BusinessCentralQuery.Text(key)}"), cancellationToken)).Entries.FirstOrDefault() is { } shipment
            ? SaleNumber.Parse(shipment.OrderNumber is { Length: > 0 } number ? number : shipment.Number ?? "")
            : null;

    private static CallOutcome<SaleNumber> NothingHappened<T>(CallOutcome<T> outcome) =>
        outcome is CallOutcome<T>.Unknown unknown ? new CallOutcome<SaleNumber>.NotDone(unknown.Reason) : Same(outcome);

    private static CallOutcome<SaleNumber> Same<T>(CallOutcome<T> outcome) => outcome switch
    {
        CallOutcome<T>.Refused refused => new CallOutcome<SaleNumber>.Refused(refused.Reason) { Missing = refused.Missing },
        CallOutcome<T>.NotDone notDone => new CallOutcome<SaleNumber>.NotDone(notDone.Reason, notDone.After),
        CallOutcome<T>.Unknown unknown => new CallOutcome<SaleNumber>.Unknown(unknown.Reason),
        _ => throw new InvalidOperationException($"{outcome} is no failure."),
    };
}
