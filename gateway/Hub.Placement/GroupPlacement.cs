namespace Hub.Placement;

/// <summary>A group, ready to be placed by.</summary>
public sealed record GroupPlacement
{
    public required string Name { get; init; }

    /// <summary>New's cluster.</summary>
    public required string NewCluster { get; init; }

    /// <summary>Customers whose bucket is below it read from New, 0 to 10,000.</summary>
    public required int Share { get; init; }

    public required Salt Salt { get; init; }

    /// <summary>Cohorts that always go to legacy, a bit each; they come before those of New.</summary>
    public ulong LegacyCohorts { get; init; }

    /// <summary>Cohorts that always go to New, a bit each.</summary>
    public ulong NewCohorts { get; init; }

    /// <summary>Pins of a revision below this are void (SAFETY.md 3).</summary>
    public long VoidBefore { get; init; }

    /// <summary>Claims of New made under a revision below this are evacuated (SAFETY.md 13).</summary>
    public long EvacuateBefore { get; init; }

    /// <summary>From a rollback until the next shift.</summary>
    public bool RolledBack { get; init; }

    /// <summary>After a rollback, customers with a claim of New are evacuated when New is unhealthy.</summary>
    public bool EvacuateWhenUnhealthy { get; init; }

    /// <summary>Requests of the group are mirrored since this revision; 0 while they are not (SAFETY.md 16).</summary>
    public long MirroredSince { get; init; }

    internal GroupPlacement At(GroupStanding standing) => this with
    {
        Share = standing.Share,
        VoidBefore = standing.VoidBefore,
        EvacuateBefore = standing.EvacuateBefore,
        RolledBack = standing.RolledBack,
        MirroredSince = standing.MirroredSince,
    };
}
