using System.ComponentModel.DataAnnotations;

namespace Hub.Placement.Config;

/// <summary>A group as the file says it exists. Where it stands (share, rolled back) is control's to hold.</summary>
public sealed class GroupConfig
{
    /// <summary>The YARP cluster of New; legacy's is the routes' own <c>ClusterId</c>.</summary>
    [Required]
    public string? New { get; init; }

    /// <summary>A salt of its own, where other customers than elsewhere shall go first.</summary>
    public string? Salt { get; init; }

    /// <summary>Cohorts that come before the share, each with the side it goes to.</summary>
    public Dictionary<string, Side> Cohorts { get; init; } = [];

    /// <summary>After a rollback, carry customers with a claim of New back to legacy when New is unhealthy.</summary>
    /// <value>The default is true.</value>
    public bool EvacuateWhenUnhealthy { get; init; } = true;

    /// <summary>How requests of the group are mirrored while <c>hub group mirror</c> says so, and what counts as a difference.</summary>
    public MirrorConfig Mirror { get; init; } = new();

    /// <summary>What must hold before more customers go to New; null: nothing is asked for.</summary>
    public GatesConfig? Gates { get; init; }

    /// <summary>What takes the group back by itself; null: nothing does.</summary>
    public GuardsConfig? Guards { get; init; }

    /// <summary>The group's routes, by the id they have in the <c>ReverseProxy</c> section.</summary>
    public Dictionary<string, RoutePlacementConfig> Routes { get; init; } = [];

    /// <summary>Runs of steps that must stay on one side, by name.</summary>
    public Dictionary<string, JourneyConfig> Journeys { get; init; } = [];
}
