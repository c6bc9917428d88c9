using Hub.Configuration;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Cli.Checking;

/// <summary>
/// Routes that another one stands before, and routes of which none comes first: a request is made of each route's own
/// Match, and YARP's matcher is asked who takes it.
/// </summary>
internal static class RouteOverlap
{
    public static async Task<IReadOnlyList<Finding>> CheckAsync(ConfigNode root, HubConfig hub, ProxySection proxy)
    {
        await using var match = new RouteMatch(proxy, hub);
        var findings = new List<Finding>();
        foreach (var route in match.Routes)
        {
            if (Sample(route) is not { } request)
            {
                continue;
            }

            var path = $"ReverseProxy.Routes.{route.RouteId}";
            var line = root.Nearest(path).Line;
            try
            {
                if (await match.OfAsync(request) is { } taker && !taker.Equals(route.RouteId, StringComparison.OrdinalIgnoreCase))
                {
                    findings.Add(Finding.Warning(
                        root, path, $"'{taker}' takes the requests of '{route.RouteId}', such as {Words(request)}",
                        "a request goes to the first route that matches: the lower Order, then the more exact path",
                        $"give '{route.RouteId}' a lower Order than '{taker}', or let their Match differ by Methods, Hosts, Headers, QueryParameters or Slug"));
                }
            }
            catch (Exception e) when (e.GetType().Name == "AmbiguousMatchException")
            {
                // It is internal, and tells the routes a line each.
                var others = e.Message.Split('\n').Skip(1).Select(name => name.Trim())
                    .Where(name => name.Length > 0 && !name.Equals(route.RouteId, StringComparison.OrdinalIgnoreCase));
                findings.Add(Finding.Error(new ConfigProblem(
                    path, line, $"'{route.RouteId}' and '{string.Join("', '", others)}' both take {Words(request)}",
                    "none comes before the other, and the gateway would answer with 500",
                    "let their Match differ by Path, Methods, Hosts, Headers, QueryParameters or Slug, or give one a lower Order")));
            }
        }

        return findings;
    }

    // Null where only a person could say what matches: constraints, NotContains and the like.
    private static DefaultHttpContext? Sample(RouteConfig route)
    {
        var match = route.Match;
        var context = new DefaultHttpContext();
        var request = context.Request;
        // One that takes every method is asked for by one that no other route names.
        request.Method = match.Methods is [var method, ..] ? method : "ANY";
        request.Scheme = "http";
        request.Host = new HostString(match.Hosts is [var host, ..] ? host.Replace("*", "hub-check", StringComparison.Ordinal) : "hub-check.test");
        if (Path(match.Path) is not { } path)
        {
            return null;
        }

        request.Path = path;
        foreach (var header in match.Headers ?? [])
        {
            if (Value(header.Mode.ToString(), header.Values) is not { } value)
            {
                return null;
            }

            request.Headers[header.Name] = value;
        }

        var query = QueryString.Empty;
        foreach (var parameter in match.QueryParameters ?? [])
        {
            if (Value(parameter.Mode.ToString(), parameter.Values) is not { } value)
            {
                return null;
            }

            query = query.Add(parameter.Name, value);
        }

        request.QueryString = query;
        return context;
    }

    private static string? Value(string mode, IReadOnlyList<string>? values) => (mode, values) switch
    {
        ("Exists", _) => "hub-check",
        ("NotContains" or "NotExists", _) => null,
        (_, [var value, ..]) => value,
        _ => null,
    };

    private static string? Path(string? template)
    {
        if (template is null)
        {
            return "/hub-check/of/a/route/without/path";
        }

        var pattern = RoutePatternFactory.Parse(template);
        if (pattern.ParameterPolicies.Count > 0)
        {
            return null;
        }

        return "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart { IsCatchAll: true } => "hub-check/of/everything",
            _ => "hub-check",
        }))));
    }

    private static string Words(HttpContext context) =>
        $"{context.Request.Method} {context.Request.Path}{Uri.UnescapeDataString(context.Request.QueryString.ToString())}";
}
