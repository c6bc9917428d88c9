namespace Hub.Commerce;

/// <summary>Where a parcel goes.</summary>
/// <param name="Country">ISO 3166-1, two capital letters.</param>
public sealed record Address(string Name, string Street, string City, string Zip, string Country)
{
    /// <summary>State or province, where the country writes one: <c>CA</c>.</summary>
    public string? Region { get; init; }

    public string? Company { get; init; }

    /// <summary>What follows the street: floor, box.</summary>
    public string? Street2 { get; init; }

    public string? Phone { get; init; }
}
