namespace Hub.Benchmarks.Running;

/// <summary>Ratios of paired runs: their median, and an interval for it that assumes nothing about their distribution.</summary>
internal static class Ratios
{
    /// <summary>The median, and the order statistics that hold it with at least 95 % (for ten pairs: the second and the ninth).</summary>
    public static (double Median, double Low, double High) Of(IEnumerable<double> ratios)
    {
        double[] sorted = [.. ratios.Order()];
        var n = sorted.Length;
        var median = n % 2 == 1 ? sorted[n / 2] : (sorted[(n / 2) - 1] + sorted[n / 2]) / 2;

        // The median lies outside of [k, n-1-k] with twice the probability of at most k heads in n tosses of a coin.
        var k = 0;
        for (double tail = Math.Pow(0.5, n), term = tail; ; k++)
        {
            term *= (double)(n - k) / (k + 1);
            tail += term;
            if (2 * tail > 0.05)
            {
                break;
            }
        }

        return (median, sorted[k], sorted[n - 1 - k]);
    }

    public static double Percentile(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
    }
}
