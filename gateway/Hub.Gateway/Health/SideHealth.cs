using Yarp.ReverseProxy.Model;

namespace Hub.Gateway.Health;

/// <summary>Whether a side can be asked at all.</summary>
internal static class SideHealth
{
    /// <summary>
    /// None of its destinations is healthy. Those that are asked all the same (YARP's <c>HealthyOrPanic</c>) do not make a
    /// side healthy.
    /// </summary>
    public static bool IsDown(ClusterState cluster)
    {
        var destinations = cluster.DestinationsState;
        if (destinations.AvailableDestinations.Count == 0)
        {
            return true;
        }

        if (cluster.Model.Config.HealthCheck is null)
        {
            return false;
        }

        foreach (var destination in destinations.AllDestinations)
        {
            if (destination.Health.Passive != DestinationHealth.Unhealthy && destination.Health.Active != DestinationHealth.Unhealthy)
            {
                return false;
            }
        }

        return true;
    }
}
