using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hub.Gateway.Boundary;

/// <summary>
/// Marks the connections of listeners that are not the public one. What is served there is served nowhere else: a Host
/// header or a path says nothing about where a request came in.
/// </summary>
internal sealed class PrivateListener
{
    /// <summary>The private API, for control.</summary>
    public static readonly PrivateListener Api = new();

    /// <summary>The plane's own rollback, for a person on this machine.</summary>
    public static readonly PrivateListener Rollback = new();

    private PrivateListener()
    {
    }

    public void Mark(ListenOptions listener) => listener.Use(next => connection =>
    {
        connection.Features.Set(this);
        return next(connection);
    });
}

/// <summary>Lets an endpoint of a private listener match there only.</summary>
internal sealed class PrivateListenerPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => -1_000_000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<PrivateListener>() is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var listener = httpContext.Features.Get<PrivateListener>();
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && candidates[i].Endpoint.Metadata.GetMetadata<PrivateListener>() != listener)
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }
}
