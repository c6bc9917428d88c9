using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Gateway.Slugs;

/// <summary>Puts routes by slug into the gateway.</summary>
internal static class SlugRoutes
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<SlugTables>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, SlugRoutePolicy>());
        services.AddSingleton<PlaneWatch>(provider => provider.GetRequiredService<SlugTables>().Problems);
        services.AddSingleton<SlugPoller>();
        services.AddHostedService(provider => provider.GetRequiredService<SlugPoller>());
    }

    /// <summary>Gives a slug route's endpoint its rule and its table's place.</summary>
    public static void Mark(IEndpointConventionBuilder endpoint, RouteConfig route, IServiceProvider services)
    {
        if (SlugRule.Of(route) is { } rule)
        {
            endpoint.WithMetadata(new SlugEndpoint(rule, services.GetRequiredService<SlugTables>().Slot(rule.Table)));
        }
    }
}
