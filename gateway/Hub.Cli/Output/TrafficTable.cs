using System.Collections.Immutable;
using System.Globalization;
using Hub.Cli.Discovering;
using Hub.Control.Protocol;

namespace Hub.Cli.Output;

/// <summary>What <c>hub discover</c> found.</summary>
internal static class TrafficTable
{
    public static void Write(TextWriter output, TrafficView traffic, int most)
    {
        var table = new TextTable("REQUESTS", "SHARE", "METHODS", "CALLERS", "ERRORS", "GROUP", "ROUTE", "NOTE");
        foreach (var route in traffic.Routes.Take(most))
        {
            var why = RouteWords.WritesOnGet(route);
            table.Add(
                Words.Number(route.Requests), Percent(route.Requests, traffic.Requests), Parts(route.Methods, route.Requests), Parts(route.Callers, route.Requests),
                route.Errors == 0 ? null : Percent(route.Errors, route.Requests), RouteWords.Group(route),
                route.Query is null ? route.Path : $"{route.Path}?{route.Query}", why is null ? null : $"may write on GET: {why}");
        }

        table.WriteTo(output);
        if (traffic.Routes.Length > most)
        {
            output.WriteLine($"and {Words.Number(traffic.Routes.Length - most)} more");
        }

        var forms = new TextTable("POSTS", "FORM ON", "POSTS TO");
        foreach (var form in traffic.Forms.Take(most))
        {
            forms.Add(Words.Number(form.Times), form.Page, form.Target);
        }

        if (!forms.IsEmpty)
        {
            output.WriteLine();
            forms.WriteTo(output);
        }
    }

    private static string Parts(ImmutableSortedDictionary<string, long> parts, long all) =>
        string.Join(" ", parts.OrderByDescending(part => part.Value).Select(part => parts.Count == 1 ? part.Key : $"{part.Key} {Percent(part.Value, all)}"));

    private static string Percent(long part, long all) => (100.0 * part / Math.Max(1, all)) is var percent && percent is > 0 and < 1
        ? "<1%"
        : string.Create(CultureInfo.InvariantCulture, $"{percent:0}%");
}
