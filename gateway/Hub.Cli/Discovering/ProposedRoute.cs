using System.Text.RegularExpressions;
using Hub.Control.Protocol;

namespace Hub.Cli.Discovering;

/// <summary>A route of the config that is proposed.</summary>
/// <param name="Methods">Those that read, or those that write: they are routes of their own, since a page goes where its form does.</param>
internal sealed partial record ProposedRoute(string Id, string Group, IReadOnlyList<string> Methods, bool Writes, TrafficRoute Seen)
{
    private const int Most = 200;

    private static readonly string[] Unsafe = ["POST", "PUT", "PATCH", "DELETE"];

    /// <summary>The route that its form posts to.</summary>
    public ProposedRoute? Form { get; private set; }

    /// <summary>Match.Path: each parameter with a name of its own.</summary>
    public string Path
    {
        get
        {
            var seen = new Dictionary<string, int>();
            return Parameter().Replace(Seen.Path, parameter =>
            {
                var name = parameter.Groups[1].Value;
                var number = seen[name] = seen.GetValueOrDefault(name) + 1;
                return number == 1 ? $"{{{name}}}" : $"{{{name}{number}}}";
            });
        }
    }

    /// <summary>The routes of all that is not left to legacy, the most asked first.</summary>
    public static IReadOnlyList<ProposedRoute> Of(TrafficView traffic)
    {
        var routes = new List<ProposedRoute>();
        var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "everything" };
        foreach (var seen in traffic.Routes.Where(route => route.Errors < route.Requests))
        {
            if (routes.Count >= Most || RouteWords.Group(seen) is not { } group)
            {
                continue;
            }

            var name = Name(seen);
            if (seen.Methods.ContainsKey("GET") || seen.Methods.ContainsKey("HEAD"))
            {
                routes.Add(new ProposedRoute(Free(name), group, ["GET", "HEAD"], false, seen));
            }

            if (Unsafe.Where(seen.Methods.ContainsKey).ToList() is [_, ..] methods)
            {
                routes.Add(new ProposedRoute(Free(methods is ["POST"] ? $"{name}-post" : $"{name}-write"), group, methods, true, seen));
            }
        }

        foreach (var form in traffic.Forms)
        {
            var target = routes.Find(route => route.Writes && route.Seen.Path == form.Target);
            foreach (var page in routes.Where(route => !route.Writes && route.Seen.Path == form.Page && route.Form is null && route.Group == target?.Group))
            {
                page.Form = target;
            }
        }

        return routes;

        string Free(string name)
        {
            var id = name;
            for (var i = 2; !ids.Add(id); i++)
            {
                id = $"{name}-{i}";
            }

            return id;
        }
    }

    private static string Name(TrafficRoute route)
    {
        var text = route.Query is { } query ? query[(query.IndexOf('=', StringComparison.Ordinal) + 1)..] : route.Path;
        var name = Gap().Replace(text.ToLowerInvariant(), "-").Trim('-');
        return name.Length == 0 ? "home" : name.Length <= 60 ? name : name[..60].TrimEnd('-');
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Gap();
}
