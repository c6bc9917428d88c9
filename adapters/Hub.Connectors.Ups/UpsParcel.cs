using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Hub.Commerce;

namespace Hub.Connectors.Ups;

/// <summary>Says a parcel in UPS's words, within UPS's lengths.</summary>
internal static class UpsParcel
{
    private const int LongestReference = 35;
    private const int LongestLine = 35;
    private const int LongestCity = 30;
    private const int MostLines = 3;
    private const int MostGrams = 70_000;

    /// <summary>What UPS can't be told of it, each as a sentence; empty where it is fine.</summary>
    public static IEnumerable<string> Problems(Parcel parcel, UpsOptions options)
    {
        if (Reference(parcel) is null)
        {
            yield return $"Its reference {parcel.Reference} is longer than UPS's {LongestReference} characters, or has some that UPS does not know: ship it by hand.";
        }

        var to = parcel.Order.ShipTo;
        if (Lines(to).IsEmpty)
        {
            yield return $"Its street does not fit on UPS's {MostLines} lines of {LongestLine} characters: shorten it.";
        }

        if (to.City.Length > LongestCity)
        {
            yield return $"Its city is longer than UPS's {LongestCity} characters: shorten it.";
        }

        if (options.Grams(parcel) > MostGrams)
        {
            yield return "It is heavier than the 70 kg that UPS takes in one parcel: ship it in several.";
        }

        if (to.Country is "US" or "CA" && State(to) is not { Length: 2 })
        {
            yield return $"It goes to {to.Country} and names no state or province by two letters: correct the address.";
        }
    }

    /// <summary>Our reference as UPS keeps it: as it is, where it fits. UPS finds shipments by it, so it is never cut.</summary>
    public static string? Reference(Parcel parcel) =>
        parcel.Reference.Length <= LongestReference && parcel.Reference.All(c => c is >= ' ' and <= '~') ? parcel.Reference : null;

    /// <summary>Within the US and within Puerto Rico UPS takes a reference with the package only, everywhere else with the shipment only.</summary>
    public static bool ReferenceIsThePackages(string from, string to) => from == to && (from is "US" or "PR");

    public static UpsParty Sender(UpsOptions options)
    {
        var sender = options.Sender!.ToAddress();
        return new UpsParty(Fit(sender.Company ?? sender.Name), ToUps(sender))
        {
            AttentionName = Fit(sender.Name),
            Phone = Phone(sender.Phone),
            ShipperNumber = options.Account,
        };
    }

    /// <summary>Abroad UPS wants a phone number: where the order has none, the sender's.</summary>
    public static UpsParty Receiver(Address to, UpsOptions options) => new(
        Fit(to.Company ?? to.Name), ToUps(to) with { ResidentialAddressIndicator = to.Company is null ? "" : null })
    {
        AttentionName = Fit(to.Name),
        Phone = Phone(to.Phone) ?? (to.Country != options.Sender!.Country ? Phone(options.Sender.Phone) : null),
    };

    /// <summary>The same where prices are asked: there is no phone, and a state has two letters.</summary>
    public static UpsParty ForRating(UpsParty party) => party with
    {
        Phone = null,
        Address = party.Address with { StateProvinceCode = party.Address.StateProvinceCode is { Length: 2 } state ? state : null },
    };

    /// <summary>Rounded up to a tenth: what is lighter on paper than on UPS's scale is corrected at a fee.</summary>
    public static UpsWeight Weight(Parcel parcel, UpsOptions options)
    {
        var (unit, grams) = options.Units == UpsUnits.Imperial ? (new UpsCode("LBS", "Pounds"), 453.59237m) : (new UpsCode("KGS", "Kilograms"), 1000m);
        return new UpsWeight(unit, (decimal.Ceiling(options.Grams(parcel) / grams * 10) / 10).ToString("0.#", CultureInfo.InvariantCulture));
    }

    public static UpsDimensions? Dimensions(UpsOptions options)
    {
        return options.Box is not { } box ? null : options.Units == UpsUnits.Imperial
            ? new UpsDimensions(new UpsCode("IN", "Inches"), Inches(box.Length), Inches(box.Width), Inches(box.Height))
            : new UpsDimensions(new UpsCode("CM", "Centimeters"), Text(box.Length), Text(box.Width), Text(box.Height));

        static string Inches(int centimetres) => Text((int)decimal.Ceiling(centimetres / 2.54m));

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private static UpsAddress ToUps(Address address) => new(Lines(address), address.City, address.Country)
    {
        StateProvinceCode = State(address),
        PostalCode = new string([.. address.Zip.Where(char.IsAsciiLetterOrDigit)]) is { Length: > 0 and <= 9 } zip ? zip : null,
    };

    /// <summary>A state's name, where it is written out, is none of UPS's codes.</summary>
    private static string? State(Address address) => address.Region is { Length: > 0 and <= 5 } code ? code : null;

    private static UpsPhone? Phone(string? phone) =>
        new string([.. (phone ?? "").Where(char.IsAsciiDigit)]) is { Length: > 0 and <= 15 } digits ? new UpsPhone(digits) : null;

    /// <summary>A name is cut where it is too long; no letter is cut in half.</summary>
    private static string Fit(string name)
    {
        if (name.Length <= LongestLine)
        {
            return name;
        }

        var starts = StringInfo.ParseCombiningCharacters(name);
        return name[..starts.Last(start => start <= LongestLine)].TrimEnd();
    }

    /// <summary>Street and what follows it, on as few lines as they need; empty where they fit on none.</summary>
    private static ImmutableArray<string> Lines(Address address)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var text in new[] { address.Street, address.Street2 ?? "" })
        {
            var line = new StringBuilder();
            foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (word.Length > LongestLine)
                {
                    return [];
                }

                if (line.Length > 0 && line.Length + 1 + word.Length > LongestLine)
                {
                    lines.Add(line.ToString());
                    line.Clear();
                }

                line.Append(line.Length > 0 ? " " : "").Append(word);
            }

            if (line.Length > 0)
            {
                lines.Add(line.ToString());
            }
        }

        return lines.Count > MostLines ? [] : lines.ToImmutable();
    }
}
