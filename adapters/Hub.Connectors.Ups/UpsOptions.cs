using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Connectors.Ups;

/// <summary>UPS. Its account pays for the transport, and the sender's address is the account's.</summary>
public sealed class UpsOptions : CarrierOptions
{
    /// <summary>The client id of the app that was made at developer.ups.com.</summary>
    [Required]
    public string ClientId { get; init; } = "";

    /// <summary>That app's secret.</summary>
    public Secret ClientSecret { get; init; }

    /// <summary>The six characters of the shipper's account.</summary>
    [Required, RegularExpression("[A-Z0-9]{6}")]
    public string Account { get; init; } = "";

    /// <summary>What the parcels hold, for the label and the customs: 1 to 50 characters.</summary>
    /// <value>The default is <c>Merchandise</c>.</value>
    [StringLength(50, MinimumLength = 1)]
    public string Goods { get; init; } = "Merchandise";

    /// <summary>UPS's code of the packaging.</summary>
    /// <value>The default is <c>02</c>, the shipper's own.</value>
    [RegularExpression("[0-9a-z]{2}")]
    public string Packaging { get; init; } = "02";

    /// <summary>The units that UPS takes in the sender's country.</summary>
    /// <value>The default is metric; a sender in the US needs imperial.</value>
    public UpsUnits Units { get; init; } = UpsUnits.Metric;

    /// <summary>What the label is made as.</summary>
    /// <value>The default is GIF.</value>
    public UpsLabelFormat LabelFormat { get; init; } = UpsLabelFormat.Gif;

    /// <summary>How old an order may be for UPS's "no such shipment" to be believed: its look-up reaches back for a time that it does not state.</summary>
    /// <value>The default is seven days.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan LookUpReach { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How many calls a second UPS is asked at most.</summary>
    /// <value>The default is 10; UPS states no number, it answers 429 where it is too many.</value>
    [Range(1, 1000)]
    public int CallsPerSecond { get; init; } = 10;
}

/// <summary>In what a parcel is weighed and measured.</summary>
public enum UpsUnits
{
    /// <summary>Kilograms and centimetres.</summary>
    Metric,

    /// <summary>Pounds and inches.</summary>
    Imperial,
}

/// <summary>What a label is made as.</summary>
public enum UpsLabelFormat
{
    Gif,
    Zpl,
    Epl,
    Spl,
}
