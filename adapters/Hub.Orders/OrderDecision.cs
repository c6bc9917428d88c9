using System.Collections.Immutable;

namespace Hub.Orders;

/// <summary>What follows from a message: the new state, what is to be done, and what the order's journal says of it.</summary>
/// <param name="State">The state after the message.</param>
/// <param name="Commands">To be carried out, each at least once and with one effect.</param>
/// <param name="Note">A sentence for the journal.</param>
/// <param name="Reminder">A message to the process itself, when its time has come.</param>
public sealed record OrderDecision(
    OrderState State, ImmutableArray<OrderCommand> Commands, string Note, OrderReminder? Reminder = null)
{
    /// <summary>Whether anything follows, for an order that stood there before.</summary>
    public bool Changes(OrderState before) => State != before || !Commands.IsEmpty;

    /// <summary>Nothing is to be done.</summary>
    internal static OrderDecision Nothing(OrderState state, string note) => new(state, [], note);
}

/// <summary>A time-out, which is a message like any other.</summary>
public sealed record OrderReminder(OrderMessage Message, TimeSpan After);
