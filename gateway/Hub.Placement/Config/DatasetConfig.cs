using Hub.Configuration;

namespace Hub.Placement.Config;

/// <summary>A dataset as the gateway needs it; what the migration plane needs stands in the same place and is read there.</summary>
public sealed class DatasetConfig
{
    /// <summary>Whether one side owns all of it, or each customer's part is where its claim says.</summary>
    public Held Held { get; init; }

    /// <summary>The side that owns its writes; for a dataset held per customer it has no meaning.</summary>
    /// <value>The default is legacy.</value>
    public Side Owner { get; init; }

    /// <summary>How long a claim lives after the last write.</summary>
    /// <value>The default is 30 days.</value>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The hook that carries a customer's part from one side to the other, or from one key to another.</summary>
    public Uri? Carry { get; init; }

    /// <summary>Read by the migration plane.</summary>
    public ConfigNode? Source { get; init; }

    /// <summary>Read by the migration plane.</summary>
    public ConfigNode? Targets { get; init; }

    /// <summary>Read by the migration plane: how its targets are verified by themselves.</summary>
    public ConfigNode? Verify { get; init; }
}

/// <summary>How a dataset is held.</summary>
public enum Held
{
    /// <summary>One side owns all of it.</summary>
    Whole,

    /// <summary>Each customer's part is on the side that claimed it.</summary>
    PerCustomer,
}
