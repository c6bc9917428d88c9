using Hub.Fuzz.Gateway;

namespace Hub.Fuzz;

/// <summary>All that is fuzzed. Add a line; the verb and the test of each target follow from it.</summary>
internal static class FuzzTargets
{
    public static readonly IReadOnlyList<FuzzTarget> All =
    [
        TargetTargets.Raw,
        CookieTargets.Header,
        CookieTargets.Codec,
        BusinessKeyTargets.Body,
        BusinessKeyTargets.Location,
        SlugTargets.Lookup,
        SlugTargets.Lines,
        MirroringTargets.Comparer,
        MirroringTargets.Masker,
        TrafficTargets.Sketch,
    ];
}
