using System.Globalization;
using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class ReadinessTable
{
    public static void Write(TextWriter output, GroupReadiness readiness, TimeProvider time)
    {
        new Fields
        {
            { "group", readiness.Group },
            { "mirrored", readiness.Mirrored ? "yes" : "no" },
            { "agree", Part(readiness.Share) },
            { "at least", $"{Part(readiness.AtLeast)} (95 %)" },
            { "samples", $"{Words.Number(readiness.Samples)}, about {readiness.PerHour.ToString("0", CultureInfo.InvariantCulture)} an hour" },
            { "strict", $"{Words.Number(readiness.Strict)} with a mismatch of money, stock or status" },
            { "variety", $"about {Words.Number(readiness.Variety)}" },
            { "unknown", Words.List(readiness.Unknown) },
        }.WriteTo(output);
        output.WriteLine();
        var table = new TextTable("ROUTE", "AGREE", "AT LEAST", "SAMPLES", "STRICT", "VARIETY", "SEEN", "BUILDS", "LAST");
        foreach (var route in readiness.Routes)
        {
            table.Add(
                route.Route, Part(route.Share), Part(route.AtLeast), Words.Number(route.Samples), Words.Number(route.Strict),
                Words.Number(route.Variety), Words.Number(route.Seen),
                route.LegacyBuild.Length + route.NewBuild.Length == 0 ? null : $"{route.LegacyBuild} / {route.NewBuild}", Words.Time(route.LastAt, time));
        }

        table.WriteTo(output);
        if (readiness.Crawl is { } crawl)
        {
            output.WriteLine();
            WriteCrawl(output, crawl, time);
        }
    }

    public static void WriteCrawl(TextWriter output, CrawlView crawl, TimeProvider time)
    {
        new Fields
        {
            { "crawl", crawl.Sitemap.ToString() },
            { "state", crawl.EndedAt is { } ended ? $"ended {Words.Time(ended, time)}" : "running" },
            { "by", crawl.Plane },
            { "pages", $"{crawl.Pages} compared, {crawl.Agreed} agree; {crawl.Outside} of other groups" },
            { "problem", crawl.Problem },
        }.WriteTo(output);
        foreach (var mismatch in crawl.Mismatches)
        {
            output.WriteLine($"  {mismatch.ReplaceLineEndings(" ")}");
        }
    }

    private static string Part(double? part) => part is { } known ? (known * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %" : "unknown";
}
