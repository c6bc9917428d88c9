using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;

namespace Hub.Migration.Snapshots;

/// <summary>Copies the tables that a target lacks, beside its stream.</summary>
internal interface ITableCopier
{
    /// <summary>The table that is copied now; null when all are, as far as they can be.</summary>
    CopyProgress? Progress { get; }

    /// <summary>Tables that were copied again and may hold rows that legacy no longer has.</summary>
    ImmutableSortedSet<string> Unordered { get; }

    /// <summary>What is in the way, a sentence each with what to do.</summary>
    IEnumerable<string> Problems { get; }

    /// <summary>Copies what is not copied yet, and then waits for the end.</summary>
    /// <param name="tables">In the order in which they are copied.</param>
    Task RunAsync(ImmutableArray<DatabaseTable> tables, TargetState state, CancellationToken cancellationToken);

    /// <summary>The target was committed, and stands so now.</summary>
    void Applied(TargetState state);
}
