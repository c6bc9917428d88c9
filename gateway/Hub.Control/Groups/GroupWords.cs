using System.Globalization;
using Hub.Control.Protocol;

namespace Hub.Control.Groups;

/// <summary>Where a group stands, in words.</summary>
internal static class GroupWords
{
    /// <summary>Ten-thousandths as per cent.</summary>
    public static decimal Percent(int share) => share / 100m;

    public static string Of(GroupState state) =>
        state.RolledBack ? "rolled back (0 %)" : string.Create(CultureInfo.InvariantCulture, $"{Percent(state.Share):0.##} %");

    public static Refusal Unknown(string group, IEnumerable<string> known) => Refusal.NotFound(
        $"There is no group '{group}'",
        known.ToList() is { Count: > 0 } names
            ? $"The document in force has: {string.Join(", ", names)}. Use one of them, or add it to the file (hub apply)."
            : "The document in force has none, or none was applied yet. To do: hub apply -c hub.json");
}
