using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Cli.Discovering;

/// <summary>What several gateways have counted, as one.</summary>
internal static class TrafficSum
{
    public static TrafficView Of(IReadOnlyCollection<TrafficView> views) => new(
        string.Join(", ", views.Select(view => view.Plane).Order(StringComparer.Ordinal)),
        views.Count > 0 ? views.Min(view => view.Since) : default,
        views.Sum(view => view.Requests),
        [.. views.SelectMany(view => view.Routes).GroupBy(route => (route.Path, route.Query)).Select(Sum).OrderByDescending(route => route.Requests)],
        [.. views.SelectMany(view => view.Forms).GroupBy(form => (form.Page, form.Target))
            .Select(form => form.First() with { Times = form.Sum(one => one.Times) }).OrderByDescending(form => form.Times)]);

    private static TrafficRoute Sum(IEnumerable<TrafficRoute> routes) => routes.Aggregate((one, other) => one with
    {
        Requests = one.Requests + other.Requests,
        Methods = Sum(one.Methods, other.Methods),
        Callers = Sum(one.Callers, other.Callers),
        Gets = one.Gets + other.Gets,
        GetRedirects = one.GetRedirects + other.GetRedirects,
        GetCookies = one.GetCookies + other.GetCookies,
        Errors = one.Errors + other.Errors,
    });

    private static ImmutableSortedDictionary<string, long> Sum(ImmutableSortedDictionary<string, long> one, ImmutableSortedDictionary<string, long> other) =>
        one.SetItems(other.Select(count => KeyValuePair.Create(count.Key, count.Value + one.GetValueOrDefault(count.Key))));
}
