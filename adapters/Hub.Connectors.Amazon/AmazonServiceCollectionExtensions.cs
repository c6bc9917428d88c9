using System.Globalization;
using Hub.Connectors;
using Hub.Connectors.Amazon;
using Hub.Connectors.Amazon.Listings;
using Hub.Connectors.Amazon.Orders;
using Hub.Connectors.Amazon.Shipments;
using Hub.Connectors.Http;
using Hub.Connectors.Limits;
using Hub.Connectors.Tokens;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the connector to Amazon.</summary>
public static class AmazonServiceCollectionExtensions
{
    /// <summary>Fetches orders, confirms shipments, tells stock and prices.</summary>
    public static IServiceCollection AddAmazon(this IServiceCollection services, AmazonOptions options)
    {
        services
            .AddSingleton(options)
            .AddSingleton<AmazonOrderReader>()
            .AddSingleton<PatchAmazonListing>()
            .AddSingleton<IOrderSource, FetchAmazonOrders>()
            .AddSingleton<IOrderConfirmation, ConfirmAmazonShipment>()
            .AddSingleton<IStockSink, SetAmazonStock>()
            .AddSingleton<IPriceSink, SetAmazonPrices>()
            .AddOAuthTokens(new OAuthRequest
            {
                Endpoint = options.TokenAddress,
                Client = options.ClientId,
                ClientSecret = options.ClientSecret,
                RefreshToken = options.RefreshToken,
                WhatToDo = "Look in Seller Central at the app: its secret ends after 180 days, and its authorisation once a year.",
            })
            .AddConnectorClient<IAmazonApi>(options, new TokenHeader("x-amz-access-token", ""), Limits(options), AmazonJson.Options);

        // The innermost of the pipeline: what is above it sees 401.
        services.AddHttpClient(options.Vendor).AddHttpMessageHandler(() => new ExpiredTokenHandler());
        return services;
    }

    /// <summary>Each operation has a limit of its own, for the app and the account together.</summary>
    private static IEnumerable<VendorLimit> Limits(AmazonOptions options) =>
    [
        Limit("searchOrders", "GET", "/orders/2026-01-01/orders", options.OrdersPerSecond, options.OrdersBurst),
        Limit("getOrder", "GET", "/orders/2026-01-01/orders/{orderId}", 0.5, 30),
        Limit("confirmShipment", "POST", "/orders/v0/orders/{orderId}/shipmentConfirmation", 2, 10),
        Limit("patchListingsItem", "PATCH", "/listings/2021-08-01/items/{sellerId}/{sku}", PatchAmazonListing.PerSecond, 5),
    ];

    private static VendorLimit Limit(string name, string method, string path, double perSecond, int burst) => new(name)
    {
        Method = method,
        Path = path,
        PerSecond = perSecond,
        Burst = burst,
        Read = Granted,
    };

    /// <summary>The rate that Amazon grants; it never says what is left.</summary>
    private static LimitNews? Granted(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("x-amzn-RateLimit-Limit", out var rates)
            && double.TryParse(rates.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate > 0
            ? new LimitNews(PerSecond: rate)
            : null;
}
