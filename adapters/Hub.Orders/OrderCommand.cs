using System.Text.Json.Serialization;

namespace Hub.Orders;

/// <summary>What the process wants done: the messages that it returns, each carried out by a connector.</summary>
[JsonDerivedType(typeof(EnterOrder), nameof(EnterOrder))]
[JsonDerivedType(typeof(UpsertContact), nameof(UpsertContact))]
[JsonDerivedType(typeof(BookOrder), nameof(BookOrder))]
[JsonDerivedType(typeof(BookShipment), nameof(BookShipment))]
[JsonDerivedType(typeof(ConfirmShipment), nameof(ConfirmShipment))]
public abstract record OrderCommand;

/// <summary>The other system won't do it: the order is parked until a person has looked.</summary>
/// <param name="Command">The command's name: <c>BookOrder</c>.</param>
public sealed record CommandRefused(string Command, string Reason) : OrderMessage;

/// <summary>It was tried for as long as is reasonable.</summary>
/// <param name="MayHaveHappened">The other system may have done it, and could not be asked.</param>
public sealed record CommandGivenUp(string Command, string Reason, bool MayHaveHappened) : OrderMessage;
