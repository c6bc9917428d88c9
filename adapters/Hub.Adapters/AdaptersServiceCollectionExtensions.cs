using Hub.Adapters;
using Hub.Adapters.Connectors;
using Hub.Adapters.Orders;
using Hub.Planes;
using Hub.Processes;
using Hub.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the adapters plane.</summary>
public static class AdaptersServiceCollectionExtensions
{
    /// <summary>Connectors, the way of an order and the link to control; its part of the API comes by <c>MapHubAdapters</c>.</summary>
    public static IServiceCollection AddHubAdapters(this IServiceCollection services, AdaptersOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => new ProcessStore(
            new SqliteFile(Path.Combine(options.Plane.Folder, "adapters.db")), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ConnectorStores>();
        services.AddSingleton<ConnectorSet>();
        services.AddSingleton<Intake>();
        services.AddSingleton<TakeRevision>();
        services.AddSingleton(provider => new ProcessPump(
            provider.GetRequiredService<ProcessStore>(),
            [OrderDefinition.Process],
            OrderEffects.All(
                provider.GetRequiredService<ConnectorSet>(), provider.GetRequiredService<ProcessStore>(),
                provider.GetRequiredService<TimeProvider>().GetUtcNow()),
            options.Processes,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ProcessPump>>())
        {
            Begin = provider.GetRequiredService<Intake>().Known,
        });
        services.AddSingleton<PlaneWatch>(provider => new OrderTroubles(
            provider.GetRequiredService<ProcessStore>(), provider.GetRequiredService<TimeProvider>()).Tell);
        services.AddPlaneLink(options.Plane, provider => provider.GetRequiredService<TakeRevision>().HandleAsync);
        services.AddHostedService(provider => provider.GetRequiredService<ProcessPump>());
        services.AddHostedService<FetchOrders>();
        return services;
    }
}
