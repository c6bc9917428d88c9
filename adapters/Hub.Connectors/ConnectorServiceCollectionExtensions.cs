using System.Text.Json;
using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Connectors.Limits;
using Hub.Connectors.References;
using Hub.Connectors.Tokens;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Refit;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what a connector calls its vendor with.</summary>
public static class ConnectorServiceCollectionExtensions
{
    /// <summary>
    /// Adds a Refit client behind the pipeline named as the vendor: token, the vendor's limits, circuit breaker, time-out, count. It retries
    /// nothing: that is done durably by who keeps the message.
    /// </summary>
    /// <param name="token">Which header carries the token; a bearer's where it is null.</param>
    /// <param name="limits">The vendor's own limits; none: only a Retry-After is obeyed.</param>
    /// <param name="json">How the vendor writes JSON; null: web defaults (<c>camelCase</c>).</param>
    public static IServiceCollection AddConnectorClient<TApi>(
        this IServiceCollection services,
        ConnectorOptions options,
        TokenHeader? token = null,
        IEnumerable<VendorLimit>? limits = null,
        JsonSerializerOptions? json = null)
        where TApi : class
    {
        services.AddSingleton(provider => RestService.ForGenerated<TApi>(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(options.Vendor),
            new RefitSettings(new SystemTextJsonContentSerializer(json ?? JsonSerializerOptions.Web))));
        if (services.Any(service => service.ServiceType == typeof(VendorCalls)))
        {
            // A second API of the vendor goes through the same pipeline.
            return services;
        }

        services.AddConnectorParts(options, limits ?? []);
        var client = services.AddVendorHttp(options.Vendor).ConfigureHttpClient(http => http.BaseAddress = options.Address);

        // order matters: the first is the outermost
        client.AddHttpMessageHandler(provider => provider.GetService<AccessTokens>() is { } tokens
            ? new AccessTokenHandler(tokens, token ?? TokenHeader.Bearer, provider.GetRequiredService<SecretMask>())
            : new TokenHandler(options.Token, token ?? TokenHeader.Bearer, provider.GetRequiredService<SecretMask>()));
        client.AddResilienceHandler(options.Vendor, (pipeline, context) =>
        {
            var limit = new LimitStrategy(context.ServiceProvider.GetRequiredService<VendorLimits>());
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            pipeline
                .AddStrategy(_ => limit, new LimitStrategyOptions())
                .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
                {
                    FailureRatio = 0.8,
                    MinimumThroughput = 10,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = TimeSpan.FromSeconds(5),
                })
                .AddTimeout(new HttpTimeoutStrategyOptions { Timeout = options.Timeout });
        });
        client.AddHttpMessageHandler(provider => new CallCountingHandler(provider.GetRequiredService<ConnectorCalls>()));
        client.AddHttpMessageHandler(() => new BodyLimitHandler());
        return services;
    }

    /// <summary>Access tokens by OAuth 2 in place of <see cref="ConnectorOptions.Token"/>.</summary>
    public static IServiceCollection AddOAuthTokens(this IServiceCollection services, OAuthRequest request) => services
        .AddSingleton(request)
        .AddTokenSource<OAuthTokens>();

    /// <summary>Access tokens by the vendor's own way to log in, in place of <see cref="ConnectorOptions.Token"/>.</summary>
    public static IServiceCollection AddTokenSource<TSource>(this IServiceCollection services)
        where TSource : class, ITokenSource => services
            .AddSingleton<ITokenSource, TSource>()
            .AddSingleton<AccessTokens>();

    private static void AddConnectorParts(this IServiceCollection services, ConnectorOptions options, IEnumerable<VendorLimit> limits)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IConnectorStore, MemoryConnectorStore>();
        services.TryAddSingleton(CrossReferences.None(options.Vendor));
        services.TryAddSingleton<ConnectorCalls>();
        services.TryAddSingleton<SecretMask>();
        services.AddSingleton(provider => new VendorCalls(
            options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<SecretMask>()));
        services.AddSingleton(provider => new VendorLimits(options, limits, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new LoginClient(provider.GetRequiredService<IHttpClientFactory>(), options));

        var login = services.AddVendorHttp(LoginClient.NameOf(options));
        login.AddResilienceHandler(LoginClient.NameOf(options), (pipeline, context) =>
        {
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            pipeline.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = options.Timeout });
        });
        login.AddHttpMessageHandler(() => new BodyLimitHandler());
    }

    private static IHttpClientBuilder AddVendorHttp(this IServiceCollection services, string name) => services
        .AddHttpClient(name)
        .ConfigureHttpClient(http => http.Timeout = Timeout.InfiniteTimeSpan)
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        .RemoveAllLoggers();
}
