using System.Collections.Immutable;
using System.Globalization;
using Hub.Configuration;

namespace Hub.Adapters.Orders;

/// <summary>How long buyers' data is kept after an order's end, by channel; null: for ever.</summary>
/// <param name="Default">For channels that are not named and whose vendor asks for nothing.</param>
internal sealed record Retention(TimeSpan? Default, ImmutableDictionary<string, TimeSpan?> Channels)
{
    private const string All = "default";
    private const string ForEver = "keep";

    public static Retention Keep { get; } = new(null, ImmutableDictionary<string, TimeSpan?>.Empty);

    /// <summary>Reads <c>{ "default": "keep", "amazon": 30 }</c>, days.</summary>
    public static Retention Read(IReadOnlyDictionary<string, string> texts, ConfigNode? node, List<ConfigProblem> problems)
    {
        var read = Keep;
        foreach (var (channel, text) in texts)
        {
            var (valid, kept) = Parse(text);
            if (!valid)
            {
                var place = node![channel]!;
                problems.Add(new ConfigProblem(
                    place.Path, place.Line, $"'{text}' is no time to keep buyers' data for", "it is taken out of orders so many days after their end",
                    "write a number of days from 1 to 36500, or \"keep\""));
                continue;
            }

            read = channel == All ? read with { Default = kept } : read with { Channels = read.Channels.SetItem(channel, kept) };
        }

        return read;
    }

    private static (bool Valid, TimeSpan? Kept) Parse(string text) =>
        text == ForEver ? (true, null)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 36_500 ? (true, TimeSpan.FromDays(days))
        : (false, null);
}
