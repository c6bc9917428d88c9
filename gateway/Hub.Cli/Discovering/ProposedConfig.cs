using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Cli.Discovering;

/// <summary>A config file to edit, in the shape of <c>hub init</c>'s: every group at share 0, so that it changes nothing.</summary>
internal static class ProposedConfig
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="legacy">Null: to be filled in.</param>
    public static string For(TrafficView traffic, string source, Uri? legacy)
    {
        var routes = ProposedRoute.Of(traffic);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"// Proposed by 'hub discover' from {traffic.Requests:N0} requests ({OneLine(source)}). Read it, change it, then: hub check.");
        text.AppendLine("// A new group stands at share 0: nothing moves until 'hub group shift'. How routes are written: docs/routes.md.");
        text.AppendLine("{");
        text.AppendLine("  \"ReverseProxy\": {");
        text.AppendLine("    \"Routes\": {");
        foreach (var route in routes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"      {Json(route.Id)}: {{ \"ClusterId\": \"legacy\",{(route.Path.StartsWith("/{", StringComparison.Ordinal) ? " \"Order\": 10," : "")} \"Match\": {Match(route)} }},");
        }

        text.AppendLine("      // Assets, rare pages and whatever nobody thought of: legacy's, in no group.");
        text.AppendLine("      \"everything\": { \"ClusterId\": \"legacy\", \"Order\": 1000, \"Match\": { \"Path\": \"/{**rest}\" } }");
        text.AppendLine("    },");
        text.AppendLine("    \"Clusters\": {");
        text.AppendLine(legacy is null ? "      // Where legacy is reached: fill it in. It must not be the name that customers type." : "      // It must not be the name that customers type: that is to lead to the gateway.");
        text.AppendLine(CultureInfo.InvariantCulture, $"      \"legacy\": {{ \"Destinations\": {{ \"one\": {{ \"Address\": {Json(legacy?.ToString() ?? "http://127.0.0.1:8000/")} }} }} }},");
        text.AppendLine("      // Where New is, or will be: fill it in.");
        text.AppendLine("      \"storefront\": { \"Destinations\": { \"one\": { \"Address\": \"http://127.0.0.1:5000/\" } } }");
        text.AppendLine("    }");
        text.AppendLine("  },");
        text.AppendLine("  \"Hub\": {");
        text.AppendLine("    // What each route reads and writes is yours to say: \"Reads\": [ \"catalog\" ], \"Writes\": [ \"carts\" ] (Datasets, below).");
        text.AppendLine("    \"Groups\": {");
        var groups = routes.GroupBy(route => route.Group).ToList();
        foreach (var group in groups)
        {
            AppendGroup(text, group.Key, [.. group], last: group == groups[^1]);
        }

        text.AppendLine("    },");
        text.AppendLine("    // How a customer is known at legacy: its session cookies, and an address that says who is logged in.");
        text.AppendLine("    \"Customer\": { \"Cookies\": [] },");
        text.AppendLine("    \"Datasets\": {");
        text.AppendLine("      // \"catalog\": { },");
        text.AppendLine("      // \"carts\": { \"Held\": \"per customer\" },");
        text.AppendLine("    }");
        text.AppendLine("  }");
        text.AppendLine("}");
        return text.ToString();
    }

    private static void AppendGroup(StringBuilder text, string name, IReadOnlyList<ProposedRoute> routes, bool last)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"      {Json(name)}: {{");
        text.AppendLine("        \"New\": \"storefront\",");
        text.AppendLine("        \"Routes\": {");
        for (var i = 0; i < routes.Count; i++)
        {
            var route = routes[i];
            text.AppendLine(CultureInfo.InvariantCulture, $"          // {Words(route)}");
            var says = new List<string>();
            if (!route.Writes && RouteWords.WritesOnGet(route.Seen) is not null)
            {
                says.Add("\"GetWrites\": true");
            }

            if (route.Form is { } form)
            {
                says.Add($"\"Form\": {Json(form.Id)}");
            }

            text.AppendLine(CultureInfo.InvariantCulture, $"          {Json(route.Id)}: {{ {string.Join(", ", says)} }}{(i < routes.Count - 1 ? "," : "")}");
        }

        text.AppendLine("        }");
        text.AppendLine(last ? "      }" : "      },");
    }

    private static string Words(ProposedRoute route)
    {
        var words = $"{route.Seen.Requests.ToString("N0", CultureInfo.InvariantCulture)} requests, such as {OneLine(route.Seen.Example)}";
        words += !route.Writes && RouteWords.WritesOnGet(route.Seen) is { } why ? $". Suspected to write on GET ({why}): else take GetWrites away" : "";
        return words + (route.Path is "/{slug}" or "/{slug}.html" ? ". Products and categories share this path: Hub.Slugs tells them apart" : "");
    }

    private static string Match(ProposedRoute route)
    {
        var query = route.Seen.Query?.Split('=', 2) is [var name, var value]
            ? $", \"QueryParameters\": [ {{ \"Name\": {Json(name)}, \"Values\": [ {Json(value)} ] }} ]"
            : "";
        return $"{{ \"Path\": {Json(route.Path)}, \"Methods\": [ {string.Join(", ", route.Methods.Select(method => Json(method)))} ]{query} }}";
    }

    // Comments end at a line's end, and what stands in them came from strangers.
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u0085' ? '.' : c));

    private static string Json(string text) => JsonSerializer.Serialize(text, Plain);
}
