using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Hub.Commerce;

/// <summary>
/// An order's identity, whichever door it came through: the channel that it was placed on and that channel's own order id.
/// Written <c>channel/id</c>: <c>web/10042</c>, <c>market/M-7</c>.
/// </summary>
/// <remarks>
/// An order that a marketplace gave and the shop holds carries the marketplace's key, written so, as its reference there;
/// whoever reads it out of the shop's database takes that reference for its key.
/// The first slash parts the two; the id may hold more of them and any other character that is no control character.
/// </remarks>
[JsonConverter(typeof(TextJsonConverter<OrderKey>))]
public readonly record struct OrderKey : IParsable<OrderKey>
{
    private OrderKey(string channel, string id) => (Channel, Id) = (channel, id);

    /// <summary>Lower-case letters, digits and <c>-</c>, at most 32.</summary>
    public string Channel { get; }

    /// <summary>The channel's order id as it came, 1 to 128 characters.</summary>
    public string Id { get; }

    /// <summary>Puts a key together; false where the channel or the id is not of the shape that keys have.</summary>
    public static bool TryCreate(string? channel, string? id, out OrderKey key)
    {
        var valid = channel is { Length: > 0 and <= 32 } && channel.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && id is { Length: > 0 and <= 128 } && !id.Any(char.IsControl);
        key = valid ? new OrderKey(channel!, id!) : default;
        return valid;
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out OrderKey key)
    {
        key = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        return slash > 0 && TryCreate(text![..slash], text[(slash + 1)..], out key);
    }

    /// <exception cref="FormatException">The text is no key.</exception>
    public static OrderKey Parse(string text) => TryParse(text, out var key)
        ? key
        : throw new FormatException($"'{text}' is no order key: it is written channel/id, for example web/10042.");

    static OrderKey IParsable<OrderKey>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<OrderKey>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OrderKey result) =>
        TryParse(s, out result);

    public override string ToString() => $"{Channel}/{Id}";
}
