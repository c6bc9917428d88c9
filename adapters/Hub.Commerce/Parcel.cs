using System.Collections.Immutable;
using System.Globalization;

namespace Hub.Commerce;

/// <summary>What is to be shipped of an order in one box.</summary>
/// <param name="Number">Of the order's parcels, from 1. A parcel whose label was voided is not numbered again.</param>
/// <param name="Lines">What is in it; empty: all of the order.</param>
public sealed record Parcel(Order Order, int Number, ImmutableArray<ParcelLine> Lines)
{
    /// <summary>Our reference at the carrier: the order's key for the first parcel, <c>key#2</c> for the second.</summary>
    public string Reference => Number == 1 ? Order.Key.ToString() : string.Create(CultureInfo.InvariantCulture, $"{Order.Key}#{Number}");

    /// <summary>How many pieces are in it.</summary>
    public int Pieces => Lines.IsDefaultOrEmpty ? Order.Lines.Sum(line => line.Quantity) : Lines.Sum(line => line.Quantity);
}

/// <summary>Some pieces of an article.</summary>
public sealed record ParcelLine(Sku Sku, int Quantity);
