using Hub.ChangeFeed.Sources;

namespace Hub.Migration.Applying;

/// <summary>What watermarks say of the feed (CDC.md "Lineage"): all that was written came, from the server that was read before.</summary>
internal static class WatermarkRules
{
    /// <summary>The state with the watermarks taken in, or why the dataset pauses.</summary>
    public static (TargetState State, string? Problem) Take(TargetState state, IReadOnlyList<Watermark> watermarks)
    {
        foreach (var watermark in watermarks)
        {
            if (state.Lineage is { } lineage && watermark.Lineage != lineage)
            {
                return (state, $"The source is another server than before ({watermark.Lineage}, it was {lineage}): a failover or a restored backup may have lost changes "
                    + $"that the target holds, or the other way round. {Ask}");
            }

            // A feed gives the change at the highest position once more after a restart.
            if (watermark.Counter == state.Counter && watermark.At == state.AppliedAt)
            {
                continue;
            }

            if (state.Counter > 0 && watermark.Counter <= state.Counter)
            {
                return (state, $"The watermark of {watermark.Dataset} went back from {state.Counter} to {watermark.Counter}: the source was restored from a backup. {Ask}");
            }

            if (state.Counter > 0 && state.Lineage is not null && watermark.Counter > state.Counter + 1)
            {
                return (state, $"The watermarks {state.Counter + 1} to {watermark.Counter - 1} of {watermark.Dataset} never came: changes between them are missing in the feed. {Ask}");
            }

            state = state with { Counter = watermark.Counter, Lineage = watermark.Lineage, AppliedAt = watermark.At };
        }

        return (state, null);
    }

    private const string Ask = "Nothing is applied meanwhile. Resume the dataset and have it verified, or have its tables copied again.";
}
