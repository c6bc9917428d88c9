using System.Collections.Immutable;
using Hub.Commerce;

namespace Hub.Orders;

/// <summary>What is known of an order on its way.</summary>
/// <param name="Source">The connector that fetched it, if one did.</param>
/// <param name="ShopNumber">What the shop calls it, once that is known.</param>
/// <param name="Reason">Why it is parked, or what it waits for that should have come; for people.</param>
public sealed record OrderState(
    Order Order,
    OrderStatus Status,
    string? Source = null,
    string? ShopNumber = null,
    SaleNumber? Sale = null,
    string? Reason = null)
{
    /// <summary>Who says what goes into which parcel, as the config said when the order was received.</summary>
    public ShippingMode Shipping { get; init; }

    /// <summary>Who books it.</summary>
    public OrderOwner Owner { get; init; }

    /// <summary>Under which reference the old export would have booked it; null: not known.</summary>
    public string? OldReference { get; init; }

    /// <summary>How often the old export's sale was looked for.</summary>
    public int Looks { get; init; }

    /// <summary>What it takes of the stock is kept.</summary>
    public bool Reserves { get; init; }

    /// <summary>Its parcels, by number from 1.</summary>
    public ImmutableArray<OrderParcel> Parcels { get; init; } = [];

    /// <summary>Why it is to be cancelled; null: it is not.</summary>
    public string? Cancelling { get; init; }

    /// <summary>What a person has to see to; not empty exactly where the status is parked.</summary>
    public ImmutableArray<Standstill> Standstills { get; init; } = [];

    internal OrderParcel? Parcel(int number) => Parcels.FirstOrDefault(parcel => parcel.Number == number);

    internal OrderState With(OrderParcel parcel) => this with
    {
        Parcels = [.. Parcels.Where(other => other.Number != parcel.Number).Append(parcel).OrderBy(other => other.Number)],
    };

    /// <summary>The pieces that no parcel holds yet, by article; a voided parcel holds none.</summary>
    internal Dictionary<Sku, int> Remaining()
    {
        var remaining = Order.Lines.GroupBy(line => line.Sku).ToDictionary(lines => lines.Key, lines => lines.Sum(line => line.Quantity));
        foreach (var parcel in Parcels.Where(parcel => parcel.Status is not ParcelStatus.Voided))
        {
            foreach (var (sku, quantity) in parcel.Lines.IsEmpty ? [.. Order.Lines.Select(line => new ParcelLine(line.Sku, line.Quantity))] : parcel.Lines)
            {
                remaining[sku] = remaining.GetValueOrDefault(sku) - quantity;
            }
        }

        return remaining.Where(left => left.Value > 0).ToDictionary();
    }
}

/// <summary>A parcel of an order.</summary>
/// <param name="Lines">What is in it; empty: all of the order.</param>
/// <param name="Id">Who asked for it calls it so: the same id again is the same parcel.</param>
/// <param name="Told">The channel is being told, or was.</param>
public sealed record OrderParcel(
    int Number, ImmutableArray<ParcelLine> Lines, ParcelStatus Status, string Id = "", Shipment? Shipment = null, bool Told = false);

/// <summary>A command that did not succeed, so that the order stands still.</summary>
/// <param name="Command">Its name: <c>BookOrder</c>.</param>
/// <param name="Parcel">The parcel that it was about; 0 where it is about none.</param>
/// <param name="From">Where the order stood.</param>
/// <param name="MayHaveHappened">The other system may have done it.</param>
public sealed record Standstill(string Command, int Parcel, OrderStatus From, bool MayHaveHappened)
{
    /// <summary>The row that is all it waits for; null: a person has to look.</summary>
    public MissingRow? Missing { get; init; }
}
