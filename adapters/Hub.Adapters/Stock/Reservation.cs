using System.Collections.Immutable;
using System.Text.Json;
using Hub.Adapters.Stock.Store;
using Hub.Commerce;
using Hub.Orders;
using Hub.Processes;

namespace Hub.Adapters.Stock;

/// <summary>
/// What an order takes of the stock, until the owner's own number shows it: held from when the order comes, booked with it, ended when it is cancelled.
/// </summary>
internal sealed record Reservation(ImmutableArray<ParcelLine> Lines, DeltaPhase Phase)
{
    /// <summary>The effect that keeps it; more than once does no harm, nor does an earlier one after a later one.</summary>
    public const string Kind = "ReserveStock";

    /// <summary>What a message changed of it; null: nothing.</summary>
    public static ProcessEffect? Of(OrderState? before, OrderState after)
    {
        if (PhaseOf(after) is not { } phase || (before is not null && PhaseOf(before) == phase))
        {
            return null;
        }

        var lines = after.Order.Lines.GroupBy(line => line.Sku).Select(lines => new ParcelLine(lines.Key, lines.Sum(line => line.Quantity)));
        return new ProcessEffect(Kind, JsonSerializer.Serialize(new Reservation([.. lines], phase), CommerceJson.Options));
    }

    public static EffectRunner Runner(StockStore stock) => new(Kind, async (call, cancel) =>
    {
        var reservation = JsonSerializer.Deserialize<Reservation>(call.Body, CommerceJson.Options)!;
        await stock.TakeDeltasAsync([.. reservation.Lines.Select(line => Delta(OrderKey.Parse(call.Key), line, reservation.Phase))], cancel);
        return new EffectOutcome.Finished(Word(reservation.Phase), null);
    })
    {
        GivenUp = (_, _, _) => null,
    };

    /// <summary>One article of an order is one delta, however many lines have it.</summary>
    public static StockDelta Delta(OrderKey key, ParcelLine line, DeltaPhase phase) =>
        new($"order {key} {line.Sku}", line.Sku, "", -line.Quantity, $"order {key}", phase);

    // Parked orders hold what they hold: somebody bought it.
    private static DeltaPhase? PhaseOf(OrderState state) => state switch
    {
        { Status: OrderStatus.NotBooked } => null,

        // What the old export booked is in the owner's number sooner or later, as if the hub had.
        { Status: OrderStatus.Observed } => DeltaPhase.Booked,
        { Status: OrderStatus.Cancelled } => DeltaPhase.Ended,
        { Sale: not null } => DeltaPhase.Booked,
        _ => DeltaPhase.Held,
    };

    private static string Word(DeltaPhase phase) => phase switch
    {
        DeltaPhase.Held => "held",
        DeltaPhase.Booked => "until the owner tells",
        _ => "given back",
    };
}
