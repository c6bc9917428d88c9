using System.Text.Json.Serialization;

namespace Hub.Orders;

/// <summary>What can happen to an order: the messages that <see cref="OrderProcess"/> takes.</summary>
[JsonDerivedType(typeof(OrderFetched), nameof(OrderFetched))]
[JsonDerivedType(typeof(OrderEntered), nameof(OrderEntered))]
[JsonDerivedType(typeof(EntryUnseen), nameof(EntryUnseen))]
[JsonDerivedType(typeof(ReceiveOrder), nameof(ReceiveOrder))]
[JsonDerivedType(typeof(OrderBooked), nameof(OrderBooked))]
[JsonDerivedType(typeof(ShipmentBooked), nameof(ShipmentBooked))]
[JsonDerivedType(typeof(ShipmentConfirmed), nameof(ShipmentConfirmed))]
[JsonDerivedType(typeof(CommandRefused), nameof(CommandRefused))]
[JsonDerivedType(typeof(CommandGivenUp), nameof(CommandGivenUp))]
public abstract record OrderMessage;
