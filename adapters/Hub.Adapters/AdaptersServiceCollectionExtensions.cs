using Hub.Adapters;
using Hub.Adapters.Bus;
using Hub.Adapters.Channels;
using Hub.Adapters.Connectors;
using Hub.Adapters.Customers;
using Hub.Adapters.Orders;
using Hub.Adapters.Reconciling;
using Hub.Adapters.References;
using Hub.Adapters.Shipments;
using Hub.Adapters.Stock;
using Hub.Adapters.Stock.Store;
using Hub.Adapters.Webhooks;
using Hub.Planes;
using Hub.Processes;
using Hub.Processes.Bus;
using Hub.Processes.Postgres;
using Hub.Processes.Sqlite;
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
        services.AddStore(options);
        services.AddConnectors(options);
        services.AddBus();
        services.AddStock();
        services.AddOrders(options);
        services.AddSingleton<TakeRevision>();

        // order matters: from when on orders are booked is known before any comes
        services.AddHostedService(provider => provider.GetRequiredService<Intake>());
        services.AddHostedService(provider => provider.GetRequiredService<ReferenceTables>());
        services.AddHostedService(provider => provider.GetRequiredService<PausedConnectors>());
        services.AddPlaneLink(options.Plane, provider => provider.GetRequiredService<TakeRevision>().HandleAsync);
        services.AddHostedService(provider => provider.GetRequiredService<ProcessPump>());
        services.AddHostedService(provider => provider.GetRequiredService<BusLink>());
        services.AddHostedService<FetchOrders>();
        services.AddHostedService<FetchShipments>();
        services.AddHostedService<ResumeWaiting>();
        services.AddHostedService(provider => provider.GetRequiredService<Reconciliations>());
        services.AddHostedService(provider => provider.GetRequiredService<FetchStock>());
        services.AddHostedService<TellChannels>();
        services.AddHostedService(provider => provider.GetRequiredService<StockTroubles>());
        services.AddHostedService(provider => provider.GetRequiredService<OrderTroubles>());
        services.AddHostedService(provider => provider.GetRequiredService<RetainOrders>());
        return services;
    }

    private static void AddConnectors(this IServiceCollection services, AdaptersOptions options)
    {
        services.AddSingleton<ConnectorStores>();
        services.AddSingleton(provider => (IReferenceStore)provider.GetRequiredService<IProcessStore>());
        services.AddSingleton<ReferenceTables>();
        services.AddSingleton<ConnectorSet>();
        services.AddSingleton<PausedConnectors>();
        services.AddSingleton<CheckConnector>();
        services.AddSingleton<PreviewConnector>();
        services.AddSingleton<Hints>();
        services.AddSingleton(options.Webhooks);
        services.AddSingleton(provider => (IEventStore)provider.GetRequiredService<IProcessStore>());
        services.AddSingleton<WebhookRates>();
        services.AddSingleton<ReceiveWebhook>();
    }

    private static void AddStock(this IServiceCollection services)
    {
        services.AddSingleton<StockRoute>();
        services.AddSingleton<StockStore>();
        services.AddSingleton<FetchStock>();
        services.AddSingleton<StockTroubles>();
        services.AddSingleton<PlaneWatch>(provider => provider.GetRequiredService<StockTroubles>().Tell);
    }

    private static void AddBus(this IServiceCollection services)
    {
        services.AddSingleton<OrdersByBus>();
        services.AddSingleton(provider => new BusIntake(
            provider.GetRequiredService<IProcessStore>(), provider.GetRequiredService<OrdersByBus>().ReadAsync,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BusIntake>>()));
        services.AddSingleton<BusLink>();
        services.AddSingleton<PlaneWatch>(provider => provider.GetRequiredService<BusLink>().Tell);
    }

    private static void AddOrders(this IServiceCollection services, AdaptersOptions options)
    {
        services.AddSingleton<Intake>();
        services.AddSingleton<ChannelPlans>();
        services.AddSingleton<PersonalData>();
        services.AddSingleton<RetainOrders>();
        services.AddSingleton<ReadBooks>();
        services.AddSingleton<Reconciliations>();
        services.AddSingleton<OrderTroubles>();
        services.AddSingleton<PlaneWatch>(provider => provider.GetRequiredService<OrderTroubles>().Tell);
        services.AddSingleton(provider => new ProcessPump(
            provider.GetRequiredService<IProcessStore>(),
            [
                OrderEvents.Telling(
                    OrderDefinition.Process(() => provider.GetRequiredService<StockRoute>().HasOwner), () => provider.GetRequiredService<BusLink>().Wanted),
                CustomerProcess.Process,
            ],
            OrderEffects.All(
                provider.GetRequiredService<ConnectorSet>(), provider.GetRequiredService<IProcessStore>(),
                provider.GetRequiredService<TimeProvider>().GetUtcNow())
                .Append(Reservation.Runner(provider.GetRequiredService<StockStore>()))
                .Append(UpsertCustomer.Runner(provider.GetRequiredService<ConnectorSet>()))
                .Concat(BusEffects.Runners(provider.GetRequiredService<IProcessStore>(), () => provider.GetRequiredService<BusLink>().Bus)),
            options.Processes,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ProcessPump>>())
        {
            Begin = Task.WhenAll(
                provider.GetRequiredService<Intake>().Known, provider.GetRequiredService<ReferenceTables>().Loaded,
                provider.GetRequiredService<PausedConnectors>().Loaded),
            Holds = lane => provider.GetRequiredService<ConnectorSet>().OfLane(lane) is { } connector
                && provider.GetRequiredService<PausedConnectors>().Holds(connector.Config.Name),
        });
    }

    private static void AddStore(this IServiceCollection services, AdaptersOptions options)
    {
        services.AddSingleton(_ => new KeyFolder(options.Keys ?? Path.Combine(options.Plane.Folder, "keys")));
        if (options.Store is not { } shared)
        {
            services.AddSingleton<IProcessStore>(provider => new SqliteProcessStore(
                new SqliteFile(Path.Combine(options.Plane.Folder, "adapters.db")), provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<KeyFolder>().Texts));
            services.AddSingleton<IStockDatabase>(_ => new SqliteStockDatabase(new SqliteFile(Path.Combine(options.Plane.Folder, "stock.db"))));
            return;
        }

        services.AddSingleton<IProcessStore>(provider => new PostgresProcessStore(
            shared.Reveal(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<KeyFolder>().Texts));
        services.AddSingleton<IStockDatabase>(_ => new PostgresStockDatabase(shared.Reveal()));
        services.AddSingleton<PlaneStore>(provider => provider.GetRequiredService<IProcessStore>().GetIdAsync);
    }
}
