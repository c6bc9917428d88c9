using System.Collections.Immutable;
using Hub.Migration.Applying;
using Hub.Migration.Snapshots;

namespace Hub.Migration.Pipelines;

/// <summary>How a target's pipeline stands.</summary>
/// <param name="Target">The target as of its last commit; null before it was taken or looked at.</param>
/// <param name="Applied">Changes applied since the start.</param>
/// <param name="Problems">What is in the way, or what it does.</param>
internal sealed record PipelineStatus(PipelineState State, TargetState? Target, long Applied, ImmutableArray<string> Problems)
{
    /// <summary>The table that is copied now.</summary>
    public CopyProgress? Copy { get; init; }

    /// <summary>Changes that the feed has and the target has not, as far as it can be told.</summary>
    public long? Behind { get; init; }

    /// <summary>Source transactions that were applied in parts since they were larger than the feed's bound.</summary>
    public long Cut { get; init; }

    /// <summary>When something failed last that healed, or is tried again.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    public static PipelineStatus Waiting(string why) => new(PipelineState.Waiting, null, 0, [why]);
}

/// <summary>The worst last.</summary>
internal enum PipelineState
{
    /// <summary>The rows are there and changes are applied as they come.</summary>
    Running,

    /// <summary>The rows are being copied.</summary>
    Snapshot,

    /// <summary>Something is not there yet, or fails and is tried again.</summary>
    Waiting,

    /// <summary>A person is needed.</summary>
    Paused,
}
