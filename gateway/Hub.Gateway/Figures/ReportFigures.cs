using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Hub.Planes;
using Yarp.ReverseProxy;

namespace Hub.Gateway.Figures;

/// <summary>Adds to each report what this plane saw, and how New's destinations are.</summary>
internal static class ReportFigures
{
    public static PlaneReporter Create(FigureBoard board, GatewayState state, IProxyStateLookup proxy) =>
        report => report with { Figures = board.Tell(), Candidates = Candidates(state.Model, proxy) };

    private static ImmutableSortedDictionary<string, CandidateHealth> Candidates(GatewayModel? model, IProxyStateLookup proxy)
    {
        var health = ImmutableSortedDictionary.CreateBuilder<string, CandidateHealth>(StringComparer.Ordinal);
        foreach (var group in model?.Table.Groups.Values ?? [])
        {
            if (proxy.TryGetCluster(group.NewCluster, out var cluster))
            {
                health[group.Name] = new CandidateHealth(
                    cluster.DestinationsState.AvailableDestinations.Count, cluster.DestinationsState.AllDestinations.Count);
            }
        }

        return health.ToImmutable();
    }
}
