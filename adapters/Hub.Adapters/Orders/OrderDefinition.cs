using System.Text.Json;
using Hub.Adapters.Stock;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Orders;
using Hub.Processes;

namespace Hub.Adapters.Orders;

/// <summary>Lets <see cref="OrderProcess"/> run as a process: its messages, commands and state as JSON.</summary>
internal static class OrderDefinition
{
    public const string Name = "order";

    /// <param name="reserves">Whether what orders take of the stock is kept.</param>
    public static ProcessDefinition Process(Func<bool> reserves) => new(Name, (state, message) => Handle(state, message, reserves()));

    /// <param name="id">Unique for the order: the same one again is passed over.</param>
    public static ProcessMessage ToMessage(OrderKey key, string id, OrderMessage message) =>
        new(Name, key.ToString(), id, message.GetType().Name, ToJson(message));

    /// <summary>What a marketplace gave as an order and nobody can read: for the dead letters, with all that it said.</summary>
    public static ProcessMessage Unreadable(UnreadableOrder order) =>
        new(Name, order.Key.ToString(), "unreadable", nameof(OrderFetched), order.Body);

    public static EffectReply ToReply(OrderMessage message) => new(message.GetType().Name, ToJson(message));

    public static OrderState ReadState(string json) => JsonSerializer.Deserialize<OrderState>(json, CommerceJson.Options)!;

    public static TCommand ReadCommand<TCommand>(string json)
        where TCommand : OrderCommand => (TCommand)JsonSerializer.Deserialize<OrderCommand>(json, CommerceJson.Options)!;

    private static ProcessDecision Handle(string? json, ProcessMessage message, bool reserves)
    {
        var state = json is null ? null : ReadState(json);
        var decision = OrderProcess.Handle(state, JsonSerializer.Deserialize<OrderMessage>(message.Body, CommerceJson.Options)!);

        // What is held is booked or given back also where the config names no owner meanwhile: nobody would do it later.
        var reservation = reserves || state is { Reserves: true } ? Reservation.Of(state, decision.State) : null;
        return new ProcessDecision(
            JsonSerializer.Serialize(decision.State with { Reserves = decision.State.Reserves || reservation is not null }, CommerceJson.Options),
            decision.State.Status.Text(),
            decision.State.Reason,
            decision.Note,
            reservation is null ? [.. decision.Commands.Select(ToEffect)] : [.. decision.Commands.Select(ToEffect), reservation],
            decision.Reminder is { } reminder
                ? [new DeferredMessage(reminder.Message.GetType().Name, ToJson(reminder.Message), reminder.After)]
                : []);
    }

    // Confirmations go to as many marketplaces as there are: one that hangs must not hold up the others.
    private static ProcessEffect ToEffect(OrderCommand command) =>
        new(command.GetType().Name, JsonSerializer.Serialize(command, CommerceJson.Options)) { Lane = OrderConnectors.LaneOf(command) };

    private static string ToJson(OrderMessage message) => JsonSerializer.Serialize(message, CommerceJson.Options);
}
