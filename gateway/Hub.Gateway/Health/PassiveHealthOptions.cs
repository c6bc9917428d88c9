using System.Globalization;

namespace Hub.Gateway.Health;

/// <summary>What a cluster's <c>Metadata</c> says of the policy <c>Hub</c>.</summary>
/// <param name="FailureRate">The part of failures that makes a destination unhealthy, 0 to 1.</param>
/// <param name="Samples">It is not judged by fewer requests of the window.</param>
internal readonly record struct PassiveHealthOptions(double FailureRate, int Samples, TimeSpan Window)
{
    public static PassiveHealthOptions Default { get; } = new(0.5, 20, TimeSpan.FromSeconds(10));

    /// <param name="wrong">The value that can't be read, in words; null where all can be.</param>
    public static PassiveHealthOptions Read(IReadOnlyDictionary<string, string>? metadata, out string? wrong)
    {
        var options = Default;
        wrong = null;
        if (metadata?.GetValueOrDefault("Hub.Health.FailureRate") is { } rate)
        {
            if (double.TryParse(rate, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 1)
            {
                options = options with { FailureRate = value };
            }
            else
            {
                wrong = $"Hub.Health.FailureRate is '{rate}'; a part of 1 such as \"0.5\" is expected";
            }
        }

        if (metadata?.GetValueOrDefault("Hub.Health.Samples") is { } samples)
        {
            if (int.TryParse(samples, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0)
            {
                options = options with { Samples = value };
            }
            else
            {
                wrong = $"Hub.Health.Samples is '{samples}'; a whole number above 0 is expected";
            }
        }

        if (metadata?.GetValueOrDefault("Hub.Health.Window") is { } window)
        {
            if (window.Contains(':', StringComparison.Ordinal)
                && TimeSpan.TryParse(window, CultureInfo.InvariantCulture, out var value) && value >= TimeSpan.FromMilliseconds(10))
            {
                options = options with { Window = value };
            }
            else
            {
                wrong = $"Hub.Health.Window is '{window}'; a time such as \"00:00:10\" is expected";
            }
        }

        return options;
    }
}
