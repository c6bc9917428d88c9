using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Planes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a plane's link to control.</summary>
public static class PlaneLinkServiceCollectionExtensions
{
    /// <summary>Registers the one <see cref="PlaneLink"/> of this host.</summary>
    /// <param name="taker">
    /// Makes what applies a revision: it returns what is wrong (empty: taken, each request from now on is placed by it) and
    /// throws never for a bad document; it keeps the last good one. Called by one thread at a time.
    /// </param>
    public static IServiceCollection AddPlaneLink(
        this IServiceCollection services,
        PlaneOptions options,
        Func<IServiceProvider, Func<Revision, CancellationToken, ValueTask<ImmutableArray<string>>>> taker)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new PlaneLink(
            options,
            taker(provider),
            provider.GetServices<PlaneWatch>(),
            provider.GetServices<PlaneReporter>(),
            provider.GetService<PlaneStore>(),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PlaneLink>>()));
        services.AddHostedService(provider => provider.GetRequiredService<PlaneLink>());
        return services;
    }
}
