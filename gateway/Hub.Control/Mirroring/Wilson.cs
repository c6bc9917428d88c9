namespace Hub.Control.Mirroring;

/// <summary>
/// The score interval of E. B. Wilson (1927): how large a share may be of which only samples are known. It needs no normal
/// distribution, so it also holds for few samples and for shares near 1.
/// </summary>
internal static class Wilson
{
    /// <summary>The 97.5th percentile of the normal distribution: 95 % between both bounds.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>The lower bound with 95 %; null without a sample.</summary>
    public static double? AtLeast(long agreed, long samples)
    {
        if (samples <= 0)
        {
            return null;
        }

        var (n, p) = ((double)samples, (double)agreed / samples);
        var z2 = Z * Z;
        return Math.Max(0, (p + (z2 / (2 * n)) - (Z * Math.Sqrt(((p * (1 - p)) + (z2 / (4 * n))) / n))) / (1 + (z2 / n)));
    }
}
