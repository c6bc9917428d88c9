using System.Globalization;
using Hub.Control.Protocol;
using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Control.Guards;

/// <summary>What both sides of a group did over whole minutes, all planes together.</summary>
internal sealed record BusinessWindow(int Minutes, SideFigures Legacy, SideFigures New);

/// <summary>
/// Whether New brings far fewer orders, or completed journeys, a minute than its share of the same hour last week
/// (SAFETY.md 21), so also at share 100. Pure.
/// </summary>
/// <remarks>
/// Both counts are Poisson's: of all that happened in both spans, the part that happened now is a binomial one, whose upper
/// bound (Wilson) must be below what the allowed fall would give. Few orders decide nothing.
/// </remarks>
internal static class BusinessDecision
{
    /// <summary>One in 4,000 by chance, as with the guards of planes.</summary>
    private const double Z = 3.5;

    /// <summary>Why New has to be taken back; null: it has not.</summary>
    /// <param name="share">New's, in ten-thousandths, over the whole window.</param>
    /// <param name="lastWeek">The same hour last week.</param>
    public static string? Of(GuardsConfig config, int share, BusinessWindow window, GroupFigures lastWeek) =>
        Of(config, share, window, lastWeek, "orders", side => side.Orders)
        ?? Of(config, share, window, lastWeek, "journeys", side => side.JourneysCompleted);

    private static string? Of(
        GuardsConfig config, int share, BusinessWindow window, GroupFigures lastWeek, string what, Func<SideFigures, long> count)
    {
        if (config.BusinessLastWeek is not { } drop)
        {
            return null;
        }

        // 1. So many would be New's if this were last week.
        var (then, minutes, part) = (count(lastWeek.Both), lastWeek.Seconds / 60.0, share / 10_000.0);
        var promised = then * window.Minutes / minutes;
        if (promised * part < config.BusinessSamples)
        {
            return null;
        }

        // 2. Surely fewer than the allowed part of them.
        var (sees, allowed) = (count(window.New), (1 - drop) * part * window.Minutes);
        if (RateBounds.Upper(sees, sees + then, Z) >= allowed / (allowed + minutes))
        {
            return null;
        }

        // 3. Where legacy fell as much the shop has fewer shoppers: taking New back would help nobody.
        var ofLegacy = promised * (1 - part);
        return ofLegacy >= config.BusinessSamples && count(window.Legacy) <= (1 - drop) * ofLegacy
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: New had {sees} in {window.Minutes} min at {share / 100m:0.##} %; by the same hour last week ({then}) it should have had {promised * part:0}");
    }
}
