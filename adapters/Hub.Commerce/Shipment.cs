namespace Hub.Commerce;

/// <summary>A parcel that a carrier has taken on.</summary>
/// <param name="Carrier">The carrier's name as the buyer knows it.</param>
/// <param name="Label">Where the label to print is, if the carrier gave an address.</param>
public sealed record Shipment(TrackingNumber Tracking, string Carrier, string? Label = null);
