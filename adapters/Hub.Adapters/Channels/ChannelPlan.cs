using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Orders;

namespace Hub.Adapters.Channels;

/// <summary>Who books which orders of a channel: by its mode until the first change of hands, from then on by the last one before the order was placed.</summary>
/// <param name="Intake">Orders from before it are history, whoever books.</param>
/// <param name="Switches">In the order of their moments.</param>
internal sealed record ChannelPlan(
    string Channel, string Mode, DateTimeOffset Intake, ImmutableArray<ChannelSwitch> Switches, string? OldReference, TimeSpan Edge)
{
    /// <summary>No order of it can be the hub's or observed: nothing is asked of its marketplace.</summary>
    public bool IsOff => Mode == "off" && Switches.IsEmpty;

    /// <summary>Whose an order is that was placed then.</summary>
    public OrderOwner OwnerAt(DateTimeOffset placed) => Switches.LastOrDefault(change => change.At <= placed) switch
    {
        null => ByMode,
        { ToHub: true } => OrderOwner.Hub,
        _ => Mode == "off" ? OrderOwner.Off : OrderOwner.OldExport,
    };

    public Ownership Of(Order order)
    {
        var owner = OwnerAt(order.PlacedAt);

        // Where an old export is known of, the beginning of the intake is a change of hands, too.
        var edges = Switches.Select(change => change.At).Concat(Mode == "live" && OldReference is not null ? [Intake] : []);
        return new Ownership(owner, Reference(order), owner is OrderOwner.Hub && edges.Any(edge => (order.PlacedAt - edge).Duration() <= Edge));
    }

    private OrderOwner ByMode => Mode switch
    {
        "observe" => OrderOwner.OldExport,
        "off" => OrderOwner.Off,
        _ => OrderOwner.Hub,
    };

    private string? Reference(Order order) => OldReference?
        .Replace("{number}", order.Number, StringComparison.Ordinal)
        .Replace("{id}", order.Key.Id, StringComparison.Ordinal)
        .Replace("{key}", order.Key.ToString(), StringComparison.Ordinal);
}

/// <summary>A change of hands: orders placed at or after the moment belong to the hub, or to the old export again.</summary>
internal sealed record ChannelSwitch(DateTimeOffset At, bool ToHub, string? By, string? Reason);
