namespace Hub.Placement;

/// <summary>
/// The Wilson score interval of a proportion: between which bounds a rate lies, by so many samples. Few samples give wide
/// bounds, so that nothing is decided by a raw ratio (SAFETY.md 19 and 21).
/// </summary>
public static class RateBounds
{
    /// <summary>Standard deviations of 95 %, on both sides.</summary>
    public const double Percent95 = 1.959963984540054;

    /// <summary>The lower bound; 0 where there is no sample.</summary>
    /// <param name="hits">How many of the samples are meant.</param>
    /// <param name="samples">How many there are.</param>
    /// <param name="z">Standard deviations: <see cref="Percent95"/>, or 3.5: one in 4,000 on one.</param>
    public static double Lower(double hits, double samples, double z) =>
        samples <= 0 ? 0 : Math.Max(0, Middle(hits, samples, z) - Half(hits, samples, z));

    /// <summary>The upper bound; 1 where there is no sample.</summary>
    public static double Upper(double hits, double samples, double z) =>
        samples <= 0 ? 1 : Math.Min(1, Middle(hits, samples, z) + Half(hits, samples, z));

    private static double Middle(double hits, double samples, double z) =>
        ((hits / samples) + (z * z / (2 * samples))) / (1 + (z * z / samples));

    private static double Half(double hits, double samples, double z)
    {
        var rate = Math.Clamp(hits / samples, 0, 1);
        return z / (1 + (z * z / samples)) * Math.Sqrt((rate * (1 - rate) / samples) + (z * z / (4 * samples * samples)));
    }
}
