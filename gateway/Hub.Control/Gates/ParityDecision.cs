using System.Collections.Immutable;
using System.Globalization;
using Hub.Control.Protocol;

namespace Hub.Control.Gates;

/// <summary>
/// Whether New holds what legacy holds, of the datasets that a group reads (SAFETY.md 20): verified lately, no row that
/// differs, no key that waits, and still fed. Pure.
/// </summary>
internal static class ParityDecision
{
    public static GateView Of(ImmutableArray<(string Dataset, DatasetParity? Parity)> datasets, TimeSpan within, DateTimeOffset now)
    {
        var held = datasets.Select(dataset => Missing(dataset.Dataset, dataset.Parity, within, now)).OfType<string>().ToList();
        return held.Count > 0
            ? new GateView("parity", false, string.Join("; ", held))
            : new GateView("parity", true, $"{string.Join(", ", datasets.Select(dataset => dataset.Dataset))}: New holds what legacy holds, verified within {Words(within)}");
    }

    private static string? Missing(string dataset, DatasetParity? parity, TimeSpan within, DateTimeOffset now) => parity switch
    {
        null => $"whether New holds what legacy holds of {dataset} is not known: no migration plane tells; look at hub status",
        { Waits: { } why } => $"{dataset} is not fed now ({why.TrimEnd('.')}); look at hub dataset show {dataset}",
        { Differences: > 0 } => string.Create(
            CultureInfo.InvariantCulture,
            $"of {dataset} {parity.Missing:N0} rows are missing, {parity.Extra:N0} extra, {parity.Mismatched:N0} mismatched: hub dataset verify {dataset} --repair"),
        { Quarantined: > 0 } => string.Create(
            CultureInfo.InvariantCulture, $"{parity.Quarantined:N0} keys of {dataset} are in quarantine: hub dataset quarantine {dataset} list"),
        { VerifiedAt: null } => $"{dataset} was never verified: hub dataset verify {dataset}",
        { VerifiedAt: { } at } when now - at > within =>
            $"{dataset} was verified {Words(now - at)} ago, {Words(within)} are allowed: hub dataset verify {dataset}",
        _ => null,
    };

    private static string Words(TimeSpan span) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(span >= TimeSpan.FromHours(48) ? span.TotalDays : span >= TimeSpan.FromHours(2) ? span.TotalHours : span.TotalMinutes):0.#} {(span >= TimeSpan.FromHours(48) ? "days" : span >= TimeSpan.FromHours(2) ? "h" : "min")}");
}
