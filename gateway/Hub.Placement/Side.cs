namespace Hub.Placement;

/// <summary>The two sides of a route.</summary>
public enum Side : byte
{
    /// <summary>The old shop.</summary>
    Legacy,

    /// <summary>The services that replace it.</summary>
    New,
}
