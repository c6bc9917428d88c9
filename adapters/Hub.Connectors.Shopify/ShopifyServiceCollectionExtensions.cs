using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Connectors.Shopify;
using Hub.Connectors.Shopify.Fulfillments;
using Hub.Connectors.Shopify.Orders;
using Hub.Connectors.Shopify.Prices;
using Hub.Connectors.Shopify.Stock;
using Hub.Connectors.Shopify.Variants;
using Hub.Connectors.Shopify.Webhooks;
using Hub.Connectors.Tokens;
using Hub.Connectors.Webhooks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the connector to Shopify.</summary>
public static class ShopifyServiceCollectionExtensions
{
    /// <summary>Takes a shop's orders, confirms their parcels, tells it stock and prices, and reads its books.</summary>
    public static IServiceCollection AddShopify(this IServiceCollection services, ShopifyOptions options)
    {
        if (options.ClientId is { Length: > 0 } client)
        {
            services.AddOAuthTokens(new OAuthRequest
            {
                Endpoint = new Uri(options.Address!, "/admin/oauth/access_token"),
                Client = client,
                ClientSecret = options.ClientSecret,
                WhatToDo = "Look at the app in Shopify's Dev Dashboard: its client id and secret, and whether it is installed in this shop.",
            });
        }

        return services
            .AddSingleton(options)
            .AddSingleton<ShopifyCalls>()
            .AddSingleton<ShopifyVariants>()
            .AddSingleton<ReadShopifyOrder>()
            .AddSingleton<IOrderSource, FetchShopifyOrders>()
            .AddSingleton<IMarketBook, ListShopifyOrders>()
            .AddSingleton<IOrderConfirmation, ConfirmShopifyShipment>()
            .AddSingleton<IStockSink, SetShopifyStock>()
            .AddSingleton<IPriceSink, SetShopifyPrices>()
            .AddSingleton<IWebhook, ShopifyWebhook>()
            .AddConnectorClient<IShopifyApi>(
                options, new TokenHeader("X-Shopify-Access-Token", ""), [ShopifyCost.Limit(options)], ShopifyJson.Frame);
    }
}
