using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Control.Gates;

/// <summary>What becomes of a flip that gates hold: refused with the list of them, or forced with a reason that stays.</summary>
internal static class GatedClimb
{
    /// <summary>The refusal, or null where it may go through.</summary>
    public static Refusal? Refuse(string group, ImmutableArray<GateView> gates, bool force, string? reason)
    {
        var held = gates.RemoveAll(gate => gate.Open);
        if (held.IsEmpty)
        {
            return null;
        }

        if (!force)
        {
            return Refusal.Conflict(
                held.Length == 1 ? $"A gate of {group} is held" : $"{held.Length} gates of {group} are held",
                $"{string.Join("; ", held.Select(gate => gate.Words))}. All gates: hub group gates {group}. "
                + "Past them: --force --reason TEXT, which stays in the audit trail. Rollback works.") with
            { Held = held };
        }

        return string.IsNullOrWhiteSpace(reason)
            ? Refusal.Bad("--force needs a reason", "It goes past gates that are held, and whoever looks at the audit trail must find why. Add --reason TEXT.")
            : null;
    }

    /// <summary>What the audit trail says of a forced one, behind where the group stands then.</summary>
    public static string Forced(ImmutableArray<GateView> gates) => gates.Any(gate => !gate.Open)
        ? $", forced past: {string.Join("; ", gates.Where(gate => !gate.Open).Select(gate => gate.Words))}"
        : "";
}
