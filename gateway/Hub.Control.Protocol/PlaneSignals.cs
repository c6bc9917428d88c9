using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>
/// What control tells gateway planes each second beside the revision: what others report, which nobody decided. It is
/// whole each time, kept nowhere, and worth nothing once control is out of reach.
/// </summary>
/// <param name="Applied">Of datasets in the pipeline, by name.</param>
/// <param name="Baselines">Of groups with guards, by name: the same hour last week.</param>
public sealed record PlaneSignals(
    ImmutableSortedDictionary<string, AppliedTime> Applied,
    ImmutableSortedDictionary<string, GroupBaseline>? Baselines = null)
{
    public static PlaneSignals Empty { get; } = new(ImmutableSortedDictionary<string, AppliedTime>.Empty);
}

/// <summary>Up to where New has what legacy wrote (SAFETY.md 8).</summary>
/// <param name="UpTo">Legacy's time up to which all is applied at every target, UTC.</param>
/// <param name="AgeSeconds">How long ago the migration plane said so, when control passed it on.</param>
public sealed record AppliedTime(DateTimeOffset UpTo, double AgeSeconds);
