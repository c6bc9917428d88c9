using System.ComponentModel.DataAnnotations;
using Hub.Commerce;

namespace Hub.Connectors;

/// <summary>What every carrier is told beside <see cref="ConnectorOptions"/>: who sends, how heavy and how large a parcel is.</summary>
public class CarrierOptions : ConnectorOptions
{
    /// <summary>Where parcels come from, and who is asked when one can't be delivered.</summary>
    [Required]
    public SenderOptions? Sender { get; init; }

    /// <summary>The carrier's service for orders that name none; written as in the table <c>services</c>.</summary>
    /// <value>None by default: an order without a service is refused.</value>
    public string? Service { get; init; }

    /// <summary>What a piece weighs.</summary>
    /// <value>The default is 400 grams.</value>
    [Range(1, 70_000)]
    public int GramsPerPiece { get; init; } = 400;

    /// <summary>What box and filling weigh.</summary>
    /// <value>The default is 100 grams.</value>
    [Range(0, 70_000)]
    public int GramsPerParcel { get; init; } = 100;

    /// <summary>The size of the box.</summary>
    /// <value>None by default: the carrier is told the weight only.</value>
    public BoxOptions? Box { get; init; }

    /// <summary>The parcel's weight in grams.</summary>
    public int Grams(Parcel parcel) => checked((parcel.Pieces * GramsPerPiece) + GramsPerParcel);
}

/// <summary>A sender's address, as labels show it.</summary>
public sealed class SenderOptions
{
    /// <summary>Who is asked for: a person or a desk.</summary>
    [Required]
    public string Name { get; init; } = "";

    public string? Company { get; init; }

    [Required]
    public string Street { get; init; } = "";

    public string? Street2 { get; init; }

    [Required]
    public string City { get; init; } = "";

    /// <summary>State or province, where the country writes one.</summary>
    public string? Region { get; init; }

    [Required]
    public string Zip { get; init; } = "";

    /// <summary>ISO 3166-1, two capital letters.</summary>
    [Required, RegularExpression("[A-Z]{2}")]
    public string Country { get; init; } = "";

    /// <summary>With the country's code: carriers want one on each label.</summary>
    [Required]
    public string Phone { get; init; } = "";

    public Address ToAddress() => new(Name, Street, City, Zip, Country) { Company = Company, Street2 = Street2, Region = Region, Phone = Phone };
}

/// <summary>A box's size in whole centimetres, the longest side as its length.</summary>
public sealed class BoxOptions
{
    [Range(1, 270)]
    public int Length { get; init; }

    [Range(1, 270)]
    public int Width { get; init; }

    [Range(1, 270)]
    public int Height { get; init; }
}
