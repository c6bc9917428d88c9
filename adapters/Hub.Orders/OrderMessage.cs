using System.Text.Json.Serialization;

namespace Hub.Orders;

/// <summary>What can happen to an order: the messages that <see cref="OrderProcess"/> takes.</summary>
[JsonDerivedType(typeof(OrderFetched), nameof(OrderFetched))]
[JsonDerivedType(typeof(OrderEntered), nameof(OrderEntered))]
[JsonDerivedType(typeof(EntryUnseen), nameof(EntryUnseen))]
[JsonDerivedType(typeof(ReceiveOrder), nameof(ReceiveOrder))]
[JsonDerivedType(typeof(OrderBooked), nameof(OrderBooked))]
[JsonDerivedType(typeof(ShipParcel), nameof(ShipParcel))]
[JsonDerivedType(typeof(GoodsShipped), nameof(GoodsShipped))]
[JsonDerivedType(typeof(ShipmentBooked), nameof(ShipmentBooked))]
[JsonDerivedType(typeof(ShipmentConfirmed), nameof(ShipmentConfirmed))]
[JsonDerivedType(typeof(CancelOrder), nameof(CancelOrder))]
[JsonDerivedType(typeof(ShipmentVoided), nameof(ShipmentVoided))]
[JsonDerivedType(typeof(SaleCancelled), nameof(SaleCancelled))]
[JsonDerivedType(typeof(LookForSale), nameof(LookForSale))]
[JsonDerivedType(typeof(SaleSought), nameof(SaleSought))]
[JsonDerivedType(typeof(ResumeOrder), nameof(ResumeOrder))]
[JsonDerivedType(typeof(CommandRefused), nameof(CommandRefused))]
[JsonDerivedType(typeof(CommandGivenUp), nameof(CommandGivenUp))]
[JsonDerivedType(typeof(CommandDropped), nameof(CommandDropped))]
public abstract record OrderMessage;
