using Hub.Gateway.Journeys;
using Hub.Placement;

namespace Hub.Gateway.Marks;

/// <summary>A mark as the cookie holds it.</summary>
/// <param name="Dataset">The hash of the dataset's name (<see cref="PinName.HashOf"/>).</param>
internal readonly record struct NamedMark(uint Dataset, WriteMark Mark);

/// <summary>A dataset as marks of it are named.</summary>
/// <param name="Hash">In cookies.</param>
internal sealed record MarkName(string Dataset, uint Hash)
{
    /// <summary>Among the pins that control keeps for a client without cookies.</summary>
    public string Kept { get; } = $"wrote:{Dataset}";

    public static MarkName Of(string dataset) => new(dataset, PinName.HashOf(dataset));
}
