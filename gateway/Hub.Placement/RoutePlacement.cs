using System.Collections.Immutable;
using Hub.Placement.Config;

namespace Hub.Placement;

/// <summary>A route of a group, ready to be placed.</summary>
public sealed record RoutePlacement
{
    public required string Id { get; init; }

    public required GroupPlacement Group { get; init; }

    /// <summary>The owner of the dataset that it writes in a side's own store; null where it writes none.</summary>
    public Side? Owner { get; init; }

    /// <summary>
    /// The dataset held per customer that it or another route of its group touches: its claims place all of them, so that
    /// a group flips as one for a customer (SAFETY.md 4 and 7). Null where there is none.
    /// </summary>
    public string? HeldDataset { get; init; }

    /// <summary>It writes <see cref="HeldDataset"/> itself.</summary>
    public bool WritesHeld { get; init; }

    /// <summary>Datasets that it reads and that some route writes on one side for the pipeline to bring to the other (SAFETY.md 8).</summary>
    public ImmutableArray<string> Reads { get; init; } = [];

    /// <summary>Of such datasets those that the answering side writes.</summary>
    public ImmutableArray<string> Writes { get; init; } = [];

    /// <summary>Of such datasets those that legacy writes, whoever answers.</summary>
    public ImmutableArray<string> Through { get; init; } = [];

    /// <summary>Its POSTs only read (search, GraphQL queries).</summary>
    public bool PostReads { get; init; }

    /// <summary>Its GETs write.</summary>
    public bool GetWrites { get; init; }

    /// <summary>Where requests without a key go.</summary>
    public Side Declared { get; init; }

    /// <summary>The route that its form posts to; null where it is no page with a form.</summary>
    public RoutePlacement? Form { get; internal set; }

    /// <summary>Some page's form posts to it.</summary>
    public bool IsFormTarget { get; internal set; }

    /// <summary>The journey that it is a step of; a page that is none itself follows that of its form's target.</summary>
    public string? Journey { get; init; }

    public JourneyStep Step { get; init; }

    /// <summary>How long a pin of the journey holds, in seconds.</summary>
    public long JourneyTimeout { get; init; }

    /// <summary>What it is placed by where a cache in front keeps its answers.</summary>
    public CachedBy Cached { get; init; }

    /// <summary>Datasets held per customer whose claims end when this route is answered with success.</summary>
    public ImmutableArray<string> Ends { get; init; } = [];

    /// <summary>What it writes is marked.</summary>
    public bool Marks => !Writes.IsEmpty || !Through.IsEmpty;

    /// <summary>Whether a request writes.</summary>
    /// <param name="isUnsafe">By its method.</param>
    public bool IsWrite(bool isUnsafe) => isUnsafe ? !PostReads : GetWrites;
}

/// <summary>Which step of a journey a route is.</summary>
public enum JourneyStep : byte
{
    First,
    Middle,
    Last,
}
