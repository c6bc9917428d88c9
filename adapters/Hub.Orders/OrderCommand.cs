using System.Text.Json.Serialization;

namespace Hub.Orders;

/// <summary>What the process wants done: the messages that it returns, each carried out by a connector.</summary>
[JsonDerivedType(typeof(EnterOrder), nameof(EnterOrder))]
[JsonDerivedType(typeof(UpsertContact), nameof(UpsertContact))]
[JsonDerivedType(typeof(BookOrder), nameof(BookOrder))]
[JsonDerivedType(typeof(BookShipment), nameof(BookShipment))]
[JsonDerivedType(typeof(ConfirmShipment), nameof(ConfirmShipment))]
[JsonDerivedType(typeof(VoidShipment), nameof(VoidShipment))]
[JsonDerivedType(typeof(CancelSale), nameof(CancelSale))]
[JsonDerivedType(typeof(SeekSale), nameof(SeekSale))]
public abstract record OrderCommand
{
    /// <summary>The parcel that it is about; 0 where it is about none.</summary>
    [JsonIgnore]
    public virtual int OfParcel => 0;

    /// <summary>It was tried before and taken up again by a person: whoever can look looks first.</summary>
    public bool Again { get; init; }
}

/// <summary>The other system won't do it: the order is parked until a person has looked.</summary>
/// <param name="Command">The command's name: <c>BookOrder</c>.</param>
/// <param name="Parcel">The parcel that it was about; 0 where it is about none.</param>
public sealed record CommandRefused(string Command, string Reason, int Parcel = 0) : OrderMessage
{
    /// <summary>The row without which the other system can't be told; null where that is not the reason.</summary>
    public MissingRow? Missing { get; init; }
}

/// <summary>A row of a connector's cross references that has to be added; once it is there, the order goes on by itself.</summary>
public sealed record MissingRow(string Connector, string Table, string Key);

/// <summary>It was tried for as long as is reasonable.</summary>
/// <param name="MayHaveHappened">The other system may have done it, and could not be asked.</param>
/// <param name="Parcel">The parcel that it was about; 0 where it is about none.</param>
public sealed record CommandGivenUp(string Command, string Reason, bool MayHaveHappened, int Parcel = 0) : OrderMessage
{
    /// <summary>The row without which the other system can't even be asked; null where that is not the reason.</summary>
    public MissingRow? Missing { get; init; }
}

/// <summary>It was not done, and is not wanted any more since the order is to be cancelled.</summary>
/// <param name="Parcel">The parcel that it was about; 0 where it is about none.</param>
public sealed record CommandDropped(string Command, int Parcel = 0) : OrderMessage;
