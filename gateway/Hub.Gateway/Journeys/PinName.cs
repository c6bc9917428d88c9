using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Hub.Gateway.Journeys;

/// <summary>What a pin is of: a journey of a group, or a form's target route. In cookies it stands as its hash.</summary>
internal sealed record PinName(string Text, uint Hash)
{
    public static PinName OfJourney(string group, string journey) => Of($"{group}/{journey}");

    public static PinName OfForm(string route) => Of($"form:{route}");

    /// <summary>32 bits of any name that stands in a cookie: datasets too.</summary>
    public static uint HashOf(string text) => XxHash32.HashToUInt32(MemoryMarshal.AsBytes(text.AsSpan()));

    private static PinName Of(string text) => new(text, HashOf(text));
}

/// <summary>A pin as the cookie holds it.</summary>
/// <param name="Name">The hash of its <see cref="PinName"/>.</param>
internal readonly record struct NamedPin(uint Name, Placement.Pin Pin);
