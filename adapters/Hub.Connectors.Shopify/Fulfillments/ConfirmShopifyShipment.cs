using System.Collections.Immutable;
using System.Text.Json;
using Hub.Commerce;

namespace Hub.Connectors.Shopify.Fulfillments;

/// <summary>
/// Tells Shopify that a parcel left. Shopify has no key for that, so it is looked first whether it knows the tracking number: the buyer would get
/// two mails. A parcel belongs to one location; an order that Shopify shared out to several is told once for each.
/// </summary>
internal sealed class ConfirmShopifyShipment(ShopifyCalls calls, ShopifyOptions options) : IOrderConfirmation
{
    public string Channel => options.Channel;

    public Task<CallOutcome<OrderKey>> ConfirmAsync(Order order, Shipment shipment, CancellationToken cancellationToken) => calls
        .AskAsync(ShopifyFulfillmentQueries.Of(order.Key), Read, cancellationToken)
        .ThenAsync(known => ConfirmAsync(order, shipment, known, cancellationToken));

    private static CallOutcome<ShopifyFulfillments> Read(JsonElement data)
    {
        if (data.GetProperty("order") is not { ValueKind: JsonValueKind.Object } order)
        {
            return new CallOutcome<ShopifyFulfillments>.Refused("Shopify does not know the order: it was deleted, or is older than 60 days and the app may not read all orders.");
        }

        var known = ShopifyJson.Read<ShopifyFulfillments>(order);
        return known.Fulfillments.IsDefault || known.Fulfillments.Contains(null!) || known.FulfillmentOrders.All.Any(waiting => waiting.FulfillmentHolds.IsDefault)
            ? throw new JsonException("Shopify answered with something that is no list of parcels.")
            : known.FulfillmentOrders.Next is not null || known.Fulfillments.Length >= ShopifyFulfillmentQueries.Most
                ? new CallOutcome<ShopifyFulfillments>.Refused($"The order has {ShopifyFulfillmentQueries.Most} parcels or more in Shopify: tell it the tracking number by hand.")
                : new CallOutcome<ShopifyFulfillments>.Done(known);
    }

    private async Task<CallOutcome<OrderKey>> ConfirmAsync(Order order, Shipment shipment, ShopifyFulfillments known, CancellationToken cancellationToken)
    {
        var told = known.Fulfillments.Where(parcel => parcel.Has(shipment.Tracking.Text)).Select(parcel => parcel.Location?.Id ?? "").ToHashSet(StringComparer.Ordinal);
        var open = known.FulfillmentOrders.All.Where(waiting => waiting.IsOpen && !told.Contains(waiting.Location)).ToList();
        var whole = shipment.Lines.IsDefaultOrEmpty;
        if (told.Count > 0 && (!whole || open.Count == 0))
        {
            return new CallOutcome<OrderKey>.Done(order.Key);
        }

        if (known.CancelledAt is { } at)
        {
            return new CallOutcome<OrderKey>.Refused($"The order was cancelled in Shopify at {at.ToUniversalTime():u}, and its parcel {shipment.Tracking} has left: call it back, or see to the money.");
        }

        return await PartsAsync(order, shipment, known, open, cancellationToken).ThenAsync(parts => TellAsync(order, shipment, parts, cancellationToken));
    }

    /// <summary>What is to be told, one list for each location.</summary>
    private async Task<CallOutcome<ImmutableArray<IReadOnlyList<ShopifyParcelPart>>>> PartsAsync(
        Order order, Shipment shipment, ShopifyFulfillments known, List<ShopifyFulfillmentOrder> open, CancellationToken cancellationToken)
    {
        var held = known.FulfillmentOrders.All.FirstOrDefault(waiting => waiting.IsHeld);
        var locations = open.GroupBy(waiting => waiting.Location, StringComparer.Ordinal).ToList();
        if (shipment.Lines.IsDefaultOrEmpty)
        {
            return held is not null ? Refused(shipment, Words(held))
                : locations.Count == 0 ? Refused(shipment, "Nothing of it is left to be sent there; somebody told it of another parcel.")
                : new CallOutcome<ImmutableArray<IReadOnlyList<ShopifyParcelPart>>>.Done(
                    [.. locations.Select(location => location.Select(waiting => new ShopifyParcelPart(waiting.Id, [])).ToList())]);
        }

        foreach (var location in locations)
        {
            var waiting = new List<(string FulfillmentOrder, IReadOnlyList<ShopifyFulfillmentLine> Lines)>();
            foreach (var fulfillmentOrder in location)
            {
                var lines = await LinesAsync(fulfillmentOrder.Id, cancellationToken);
                if (lines is not CallOutcome<IReadOnlyList<ShopifyFulfillmentLine>>.Done { Value: var all })
                {
                    return lines.As<IReadOnlyList<ShopifyFulfillmentLine>, ImmutableArray<IReadOnlyList<ShopifyParcelPart>>>();
                }

                waiting.Add((fulfillmentOrder.Id, all));
            }

            if (ShopifyParcel.Fill(order, shipment, waiting) is { } parts)
            {
                return new CallOutcome<ImmutableArray<IReadOnlyList<ShopifyParcelPart>>>.Done([parts]);
            }
        }

        return Refused(shipment, held is not null ? Words(held) : "No location of it waits for all that is in the parcel.");
    }

    private async Task<CallOutcome<IReadOnlyList<ShopifyFulfillmentLine>>> LinesAsync(string fulfillmentOrder, CancellationToken cancellationToken)
    {
        var lines = new List<ShopifyFulfillmentLine>();
        string? after = null;
        do
        {
            var outcome = await calls.AskAsync(ShopifyFulfillmentQueries.LinesOf(fulfillmentOrder, after), ReadLines, cancellationToken);
            if (outcome is not CallOutcome<(ImmutableArray<ShopifyFulfillmentLine> Lines, string? Next)>.Done { Value: var page })
            {
                return outcome.As<(ImmutableArray<ShopifyFulfillmentLine>, string?), IReadOnlyList<ShopifyFulfillmentLine>>();
            }

            lines.AddRange(page.Lines);
            after = page.Next;
        }
        while (after is not null);
        return new CallOutcome<IReadOnlyList<ShopifyFulfillmentLine>>.Done(lines);
    }

    private static CallOutcome<(ImmutableArray<ShopifyFulfillmentLine> Lines, string? Next)> ReadLines(JsonElement data)
    {
        var page = ShopifyJson.Read<ShopifyList<ShopifyFulfillmentLine>>(data.GetProperty("fulfillmentOrder").GetProperty("lineItems"));
        return new CallOutcome<(ImmutableArray<ShopifyFulfillmentLine> Lines, string? Next)>.Done((page.All, page.Next));
    }

    private async Task<CallOutcome<OrderKey>> TellAsync(
        Order order, Shipment shipment, ImmutableArray<IReadOnlyList<ShopifyParcelPart>> locations, CancellationToken cancellationToken)
    {
        foreach (var parts in locations)
        {
            var outcome = await calls.TellAsync<ShopifyFulfilled>(
                ShopifyFulfillmentQueries.Tell(shipment, parts, options.NotifyBuyer), "fulfillmentCreate", cancellationToken);
            if (outcome is not CallOutcome<ShopifyFulfilled>.Done { Value: var fulfilled })
            {
                return outcome.As<ShopifyFulfilled, OrderKey>();
            }

            if (ShopifyAnswers.Words(fulfilled.UserErrors) is { } said)
            {
                return new CallOutcome<OrderKey>.Refused(said);
            }

            if (fulfilled.Fulfillment is null)
            {
                return new CallOutcome<OrderKey>.Unknown("Shopify answered with neither a fulfillment nor an error.");
            }
        }

        return new CallOutcome<OrderKey>.Done(order.Key);
    }

    private static CallOutcome<ImmutableArray<IReadOnlyList<ShopifyParcelPart>>> Refused(Shipment shipment, string why) =>
        new CallOutcome<ImmutableArray<IReadOnlyList<ShopifyParcelPart>>>.Refused($"Shopify was not told of the parcel {shipment.Tracking}. {why}");

    private static string Words(ShopifyFulfillmentOrder held) => held.Status switch
    {
        "ON_HOLD" => $"The order is on hold there: {string.Join(' ', held.FulfillmentHolds.Select(hold => hold?.ReasonNotes is { Length: > 0 } notes ? $"{hold.DisplayReason} ({notes})." : $"{hold?.DisplayReason}."))} Release it there, then take the order up again: hub order retry KEY.",
        "SCHEDULED" => "The order is to be sent later there, by its date of fulfillment. Open it there, then take the order up again: hub order retry KEY.",
        var status => $"A part of it is {status} there. Look at the order in Shopify.",
    };
}
