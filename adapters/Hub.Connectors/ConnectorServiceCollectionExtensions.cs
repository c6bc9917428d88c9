using System.Text.Json;
using Hub.Connectors;
using Hub.Connectors.Http;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Refit;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what a connector calls its vendor with.</summary>
public static class ConnectorServiceCollectionExtensions
{
    /// <summary>
    /// Adds a Refit client behind the pipeline named as the vendor: circuit breaker, time-out, token, count. It retries
    /// nothing: that is done durably by who keeps the message.
    /// </summary>
    public static IServiceCollection AddConnectorClient<TApi>(this IServiceCollection services, ConnectorOptions options, TokenHeader? token = null)
        where TApi : class
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ConnectorCalls>();
        services.TryAddSingleton(provider => new VendorCalls(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => RestService.ForGenerated<TApi>(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(options.Vendor),
            new RefitSettings(new SystemTextJsonContentSerializer(JsonSerializerOptions.Web))));
        var client = services
            .AddHttpClient(options.Vendor)
            .ConfigureHttpClient(http =>
            {
                http.BaseAddress = options.Address;
                http.Timeout = Timeout.InfiniteTimeSpan;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            })
            .RemoveAllLoggers();

        // order matters: the first is the outermost
        client.AddResilienceHandler(options.Vendor, (pipeline, context) =>
        {
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            pipeline
                .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
                {
                    FailureRatio = 0.8,
                    MinimumThroughput = 10,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = TimeSpan.FromSeconds(5),
                })
                .AddTimeout(new HttpTimeoutStrategyOptions { Timeout = options.Timeout });
        });
        client.AddHttpMessageHandler(() => new TokenHandler(options.Token, token ?? TokenHeader.Bearer));
        client.AddHttpMessageHandler(provider => new CallCountingHandler(provider.GetRequiredService<ConnectorCalls>()));
        client.AddHttpMessageHandler(() => new BodyLimitHandler());
        return services;
    }
}
