using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Gateway.Documents;

namespace Hub.Gateway.Guards;

/// <summary>What guards took back on this plane; a trip a group at most.</summary>
internal sealed class GuardTrips(GatewayState state)
{
    private readonly ConcurrentDictionary<string, string> _trips = new(StringComparer.Ordinal);

    public void Keep(string group, string words) => _trips[group] = words;

    /// <summary>Those that stand at legacy since, for <c>hub status</c>.</summary>
    public ImmutableArray<string> Told() =>
        [.. _trips.Where(trip => state.Model?.Table.Groups.GetValueOrDefault(trip.Key)?.RolledBack ?? false).Select(trip => trip.Value)];
}
