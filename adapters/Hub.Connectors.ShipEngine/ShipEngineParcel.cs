using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Commerce;

namespace Hub.Connectors.ShipEngine;

/// <summary>Says a parcel in ShipEngine's words.</summary>
internal static partial class ShipEngineParcel
{
    /// <summary>What ShipEngine can't be told of it, each as a sentence; empty where it is fine.</summary>
    public static IEnumerable<string> Problems(Parcel parcel)
    {
        var reference = ShipEngineReference.Of(parcel);
        if (reference.Length > ShipEngineReference.Longest)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Its reference at ShipEngine, {reference}, has {reference.Length} characters, and ShipEngine cuts behind {ShipEngineReference.Longest}: ship it by hand.");
        }

        var to = parcel.Order.ShipTo;
        if (to.Country is "US" or "CA" && to.Region is not { Length: 2 })
        {
            yield return $"It goes to {to.Country} and names no state or province by two letters: correct the address.";
        }
    }

    public static ShipEngineAddress ToShipEngine(Address address) => new(
        address.Name,
        Text(address.Company),
        Text(address.Phone),
        address.Street,
        Text(address.Street2),
        address.City,
        StateOf(address),
        address.Zip,
        address.Country);

    /// <summary>ShipEngine wants a state everywhere, also where addresses have none: there the city stands in for it.</summary>
    public static string StateOf(Address address) => Text(address.Region) ?? address.City;

    public static ShipEngineWeight WeightOf(Parcel parcel, CarrierOptions options) => new(options.Grams(parcel), "gram");

    public static ShipEngineDimensions? DimensionsOf(CarrierOptions options) =>
        options.Box is { } box ? new ShipEngineDimensions("centimeter", box.Length, box.Width, box.Height) : null;

    /// <summary>Reads <c>CARRIER/SERVICE</c>, or a service of the carrier that the options name.</summary>
    /// <returns>Null where the text is neither.</returns>
    public static (string Carrier, string Service)? ReadService(string text, ShipEngineOptions options) =>
        ServiceForm().Match(text) is { Success: true } match
            ? (match.Groups["carrier"] is { Success: true } carrier ? carrier.Value : options.CarrierId, match.Groups["service"].Value)
            : null;

    /// <summary>Writes what <see cref="ReadService"/> reads.</summary>
    public static string WriteService(string? carrier, string service, ShipEngineOptions options) =>
        carrier is null || carrier == options.CarrierId ? service : $"{carrier}/{service}";

    /// <summary>The whole of the amounts. ShipEngine writes currencies in small letters.</summary>
    /// <returns>Null where they are of several currencies: there is no sum.</returns>
    public static Money? Sum(params ReadOnlySpan<ShipEngineMoney?> amounts)
    {
        Money? sum = null;
        foreach (var amount in amounts)
        {
            if (amount is not null && (amount.Amount != 0 || sum is null))
            {
                var money = new Money(amount.Amount, amount.Currency.ToUpperInvariant());
                if (sum is { Amount: not 0 } before && before.Currency != money.Currency)
                {
                    return null;
                }

                sum = money with { Amount = money.Amount + (sum?.Amount ?? 0) };
            }
        }

        return sum;
    }

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    [GeneratedRegex("^((?<carrier>se(-[a-z0-9]+)+)/)?(?<service>[a-z0-9]+(_[a-z0-9-]+)*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ServiceForm();
}
