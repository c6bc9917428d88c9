using System.Collections.Immutable;
using System.Globalization;
using Hub.Control.Protocol;

namespace Hub.Cli.Output;

/// <summary>What both sides of a group did, beside each other.</summary>
internal static class FigureTable
{
    public static void Write(TextWriter output, ImmutableArray<GroupFigures> figures)
    {
        var (legacy, candidate) = (SideFigures.None, SideFigures.None);
        foreach (var part in figures)
        {
            (legacy, candidate) = (legacy.Plus(part.Legacy), candidate.Plus(part.New));
        }

        if (figures.IsEmpty)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"since {figures[0].At:HH:mm} UTC"));
        var table = new TextTable("SIDE", "REQUESTS", "ERRORS", "P50", "P95", "P99", "FALLBACKS", "ORDERS", "JOURNEYS", "MONEY MISMATCHES");
        foreach (var (side, sees) in new[] { ("legacy", legacy), ("new", candidate) })
        {
            table.Add(
                side, Words.Number(sees.Requests), Words.Number(sees.Errors), Quantile(sees, 0.5), Quantile(sees, 0.95), Quantile(sees, 0.99),
                Words.Number(sees.Fallbacks), Words.Number(sees.Orders), $"{Words.Number(sees.JourneysCompleted)} of {Words.Number(sees.JourneysBegun)}",
                Words.Number(sees.MoneyMismatches));
        }

        table.WriteTo(output, "  ");
    }

    // Buckets know an upper bound only.
    private static string Quantile(SideFigures sees, double quantile) => sees.Latency.IsDefaultOrEmpty ? "-"
        : LatencyBuckets.Quantile(sees.Latency, quantile) is { } bound ? $"<= {Words.Number(bound)} ms" : $"> {LatencyBuckets.Bounds[^1]} ms";
}
