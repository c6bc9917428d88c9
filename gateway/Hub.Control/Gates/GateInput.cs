using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Placement.Config;

namespace Hub.Control.Gates;

/// <summary>All that a group's gates are decided by.</summary>
/// <param name="From">The share that stands, in ten-thousandths.</param>
/// <param name="To">The share that is wanted.</param>
/// <param name="Readiness">What mirroring found; null: unknown.</param>
/// <param name="Candidates">How each live gateway plane sees New's destinations; null: it has not told.</param>
/// <param name="Lags">Of each dataset that moves and that the group reads, how far New is behind; null: unknown.</param>
/// <param name="CooledAt">Until when the last trip of a guard holds shifts; null: there was none.</param>
internal sealed record GateInput(
    string Group,
    GatesConfig Config,
    int From,
    int To,
    bool Mirrored,
    GroupReadiness? Readiness,
    ImmutableArray<(string Plane, CandidateHealth? Health)> Candidates,
    ImmutableArray<(string Dataset, TimeSpan? Lag)> Lags,
    DateTimeOffset? CooledAt,
    DateTimeOffset Now)
{
    /// <summary>Of the same datasets, what verification says; null: no migration plane tells. Empty where parity is not asked for.</summary>
    public ImmutableArray<(string Dataset, DatasetParity? Parity)> Parities { get; init; } = [];
}
