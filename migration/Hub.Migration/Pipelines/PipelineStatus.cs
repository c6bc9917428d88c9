using System.Collections.Immutable;
using Hub.ChangeFeed;

namespace Hub.Migration.Pipelines;

/// <summary>How a target's pipeline stands.</summary>
/// <param name="Next">All changes up to here are applied; null before the target was taken.</param>
/// <param name="AppliedAt">The source's time up to which all is applied.</param>
/// <param name="Applied">Changes applied since the start.</param>
/// <param name="Problems">What is in the way, or what it does.</param>
internal sealed record PipelineStatus(
    PipelineState State, Position? Next, DateTimeOffset? AppliedAt, long Applied, long Quarantined, ImmutableArray<string> Problems)
{
    public static PipelineStatus Waiting(string why) => new(PipelineState.Waiting, null, null, 0, 0, [why]);
}

/// <summary>The worst last.</summary>
internal enum PipelineState
{
    /// <summary>The rows are there and changes are applied as they come.</summary>
    Running,

    /// <summary>The rows are being copied.</summary>
    Snapshot,

    /// <summary>Something is not there yet.</summary>
    Waiting,

    /// <summary>A person is needed.</summary>
    Paused,
}
