namespace Hub.Migration.Pipelines;

/// <summary>What the reason that a target is paused for says about what may be missing.</summary>
internal static class PauseReason
{
    private const string ByPerson = "Paused by ";

    public static string Of(string? by, string? reason) => $"{ByPerson}{by ?? "an operator"}{(string.IsNullOrWhiteSpace(reason) ? "." : $": {reason}")}";

    /// <summary>
    /// Changes may be missing: it is gone on from only when a person says how. Not so where a person paused it, and where
    /// legacy's tables changed: what came since waits in the feed.
    /// </summary>
    public static bool IsGap(string reason) =>
        !reason.StartsWith(ByPerson, StringComparison.Ordinal) && !reason.StartsWith(SchemaChanges.Prefix, StringComparison.Ordinal);
}
