using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>A route of a group while the table is built: what is known of it so far.</summary>
/// <param name="Id">As it is written under <c>ReverseProxy.Routes</c>.</param>
internal sealed record RouteDraft(string Id, string Group, RoutePlacementConfig Config, string Path)
{
    /// <summary>The owner of the whole datasets that it writes.</summary>
    public Side? Owner { get; set; }

    /// <summary>The dataset held per customer that it declares to read or write.</summary>
    public string? Held { get; set; }

    public bool WritesHeld { get; set; }

    public List<string> Reads { get; } = [];

    public List<string> Writes { get; } = [];

    public List<string> Through { get; } = [];

    public List<string> Ends { get; } = [];

    public RouteDraft? Form { get; set; }

    public bool IsFormTarget { get; set; }

    public string? Journey { get; set; }

    public JourneyStep Step { get; set; }

    public TimeSpan JourneyTimeout { get; set; }

    public RoutePlacement Freeze(GroupPlacement group, string? held) => new()
    {
        Id = Id,
        Group = group,
        Owner = Owner,
        HeldDataset = held,
        WritesHeld = WritesHeld,
        Reads = [.. Reads],
        Writes = [.. Writes],
        Through = [.. Through],
        Cached = Config.Cached,
        PostReads = Config.PostReads,
        GetWrites = Config.GetWrites,
        Declared = Config.Declared,
        IsFormTarget = IsFormTarget,
        Journey = Journey,
        Step = Step,
        JourneyTimeout = (long)JourneyTimeout.TotalSeconds,
        Ends = [.. Ends],
    };
}
