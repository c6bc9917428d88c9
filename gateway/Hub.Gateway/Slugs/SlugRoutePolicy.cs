using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Hub.Gateway.Slugs;

/// <summary>What an endpoint has of a slug route.</summary>
/// <param name="Slot">The table; it is looked into at each request, so that a new one needs no new endpoint.</param>
internal sealed record SlugEndpoint(SlugRule Rule, SlugSlot Slot);

/// <summary>
/// Lets a route with a <c>Slug</c> match only where the slug is of its kind, as YARP's own policies do for headers and
/// query parameters. Routes of other paths are not looked at: routing asks only where such a route is among the candidates.
/// </summary>
internal sealed class SlugRoutePolicy : MatcherPolicy, IEndpointComparerPolicy, IEndpointSelectorPolicy
{
    /// <summary>The last of all: after methods, hosts, headers and query parameters have said their word.</summary>
    public override int Order => 10_000;

    /// <summary>Of two routes with one path the one with a slug comes first.</summary>
    public IComparer<Endpoint> Comparer { get; } = EndpointMetadataComparer<SlugEndpoint>.Default;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<SlugEndpoint>() is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (!candidates.IsValidCandidate(i))
            {
                continue;
            }

            ref readonly var candidate = ref candidates[i];
            if (candidate.Endpoint.Metadata.GetMetadata<SlugEndpoint>() is { } route)
            {
                if (!Takes(route, httpContext.Request.Path.Value, candidate.Values))
                {
                    candidates.SetValidity(i, false);
                }
            }
            else
            {
                // It stands before all slug routes that follow: /cart is no matter for the table.
                break;
            }
        }

        return Task.CompletedTask;
    }

    private static bool Takes(SlugEndpoint route, string? path, RouteValueDictionary? values) =>
        values is not null && values.TryGetValue("slug", out var value) && value is string slug
        && path is [.., var last] && (last != '/' || route.Rule.TrailingSlash)
        && route.Slot.Table is { } table && table.Has(slug.AsSpan().TrimEnd('/'), route.Rule);
}
