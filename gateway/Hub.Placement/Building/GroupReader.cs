using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>Reads the groups themselves: New's cluster, share, salt, cohorts.</summary>
internal sealed class GroupReader(HubConfig config, ConfigNode root, Findings findings)
{
    private readonly Names _clusters = Names.Under("ReverseProxy.Clusters", "cluster", root);
    private readonly Names _cohorts = new("cohort", "Hub.Cohorts", config.Cohorts.Keys);

    public Dictionary<string, GroupPlacement> Read(IReadOnlyDictionary<string, GroupStanding> standings)
    {
        if (config.Cohorts.Count > 64)
        {
            findings.Add("Hub.Cohorts", $"there are {config.Cohorts.Count} cohorts", "64 can be told apart", "join or remove some");
        }

        var groups = new Dictionary<string, GroupPlacement>(StringComparer.Ordinal);
        foreach (var (name, group) in config.Groups)
        {
            groups.Add(name, ReadGroup(name, group, standings.GetValueOrDefault(name) ?? new GroupStanding(0)));
        }

        return groups;
    }

    private GroupPlacement ReadGroup(string name, GroupConfig group, GroupStanding standing)
    {
        var path = $"Hub.Groups.{name}";
        var cluster = group.New ?? "";
        if (group.New is not null)
        {
            findings.Knows(_clusters, group.New, $"{path}.New", out cluster);
        }

        if (standing.Share is < 0 or > CustomerKey.Buckets)
        {
            findings.Add(path, $"the share of '{name}' is {standing.Share}",
                $"a share is counted in ten-thousandths, 0 to {CustomerKey.Buckets}", $"hub group shift {name} --share 0 to 100");
        }

        return new GroupPlacement
        {
            Name = name,
            NewCluster = cluster,
            Share = standing.Share,
            Salt = Salt.Of(group.Salt ?? config.Salt),
            LegacyCohorts = Cohorts(group, path, Side.Legacy),
            NewCohorts = Cohorts(group, path, Side.New),
            VoidBefore = standing.VoidBefore,
            EvacuateBefore = standing.EvacuateBefore,
            RolledBack = standing.RolledBack,
            MirroredSince = standing.MirroredSince,
            EvacuateWhenUnhealthy = group.EvacuateWhenUnhealthy,
        };
    }

    private ulong Cohorts(GroupConfig group, string path, Side side)
    {
        var known = config.Cohorts.Keys.ToList();
        var bits = 0UL;
        foreach (var (cohort, _) in group.Cohorts.Where(cohort => cohort.Value == side))
        {
            if (findings.Knows(_cohorts, cohort, $"{path}.Cohorts.{cohort}", out var declared))
            {
                bits |= 1UL << known.IndexOf(declared);
            }
        }

        return bits;
    }
}
