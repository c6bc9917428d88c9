using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Gateway.Discovering;

/// <summary>A segment of the paths that came by, with what follows it.</summary>
internal sealed class PathNode
{
    public Dictionary<string, PathNode> Children { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>By the query parameter that chooses the page; the empty text where none does.</summary>
    public Dictionary<string, RouteTally> Tallies { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Requests here and below.</summary>
    public long Requests { get; set; }

    /// <summary>Something was posted here or below: a name to be kept.</summary>
    public bool Unsafe { get; set; }

    /// <summary>Takes another's requests in.</summary>
    /// <returns>By how many nodes and tallies there are fewer.</returns>
    public int Take(PathNode other)
    {
        var fewer = 1;
        Requests += other.Requests;
        Unsafe |= other.Unsafe;
        foreach (var (query, tally) in other.Tallies)
        {
            if (Tallies.TryGetValue(query, out var own))
            {
                own.Take(tally);
                fewer++;
            }
            else
            {
                Tallies.Add(query, tally);
            }
        }

        foreach (var (name, child) in other.Children)
        {
            if (Children.TryGetValue(name, out var own))
            {
                fewer += own.Take(child);
            }
            else
            {
                Children.Add(name, child);
            }
        }

        return fewer;
    }
}

/// <summary>What is counted of requests of one kind.</summary>
internal sealed class RouteTally
{
    private readonly SortedDictionary<string, long> _methods = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _callers = new(StringComparer.Ordinal);
    private long _gets, _redirects, _cookies, _errors;
    private string _example = "";

    public long Requests { get; private set; }

    /// <summary>How many had a query that is more than tracking.</summary>
    public long Asking { get; private set; }

    public void See(in Sighting seen, bool asking)
    {
        Requests++;
        Asking += asking ? 1 : 0;
        Count(_methods, seen.Method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" ? seen.Method : "OTHER", 1);
        Count(_callers, seen.Caller, 1);
        _errors += seen.Status >= 400 ? 1 : 0;
        if (seen.Method is "GET" or "HEAD" && seen.Status is >= 200 and < 400)
        {
            _gets++;
            _redirects += seen.Status is 302 or 303 or 307 ? 1 : 0;
            _cookies += seen.SetsCookie ? 1 : 0;
        }

        if (_example.Length == 0)
        {
            var target = seen.Query.Length > 0 ? $"{seen.Path}?{seen.Query}" : seen.Path;
            _example = target.Length <= 200 ? target : target[..200];
        }
    }

    public void Take(RouteTally other)
    {
        Requests += other.Requests;
        Asking += other.Asking;
        foreach (var (method, count) in other._methods)
        {
            Count(_methods, method, count);
        }

        foreach (var (caller, count) in other._callers)
        {
            Count(_callers, caller, count);
        }

        (_gets, _redirects, _cookies, _errors) =
            (_gets + other._gets, _redirects + other._redirects, _cookies + other._cookies, _errors + other._errors);
        _example = _example.Length > 0 ? _example : other._example;
    }

    public TrafficRoute View(string path, string query) => new(
        path, query.Length > 0 ? query : null, Requests, _methods.ToImmutableSortedDictionary(), _callers.ToImmutableSortedDictionary(),
        _gets, _redirects, _cookies, _errors, _example);

    private static void Count(SortedDictionary<string, long> counts, string name, long count) =>
        counts[name] = counts.GetValueOrDefault(name) + count;
}
