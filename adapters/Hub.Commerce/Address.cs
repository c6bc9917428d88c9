namespace Hub.Commerce;

/// <summary>Where a parcel goes.</summary>
/// <param name="Country">ISO 3166-1, two capital letters.</param>
public sealed record Address(string Name, string Street, string City, string Zip, string Country);
