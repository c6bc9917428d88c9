using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Connectors;
using Hub.Connectors.BusinessCentral;
using Hub.Connectors.BusinessCentral.Orders;
using Hub.Connectors.BusinessCentral.Shipments;
using Hub.Connectors.BusinessCentral.Stock;
using Hub.Connectors.BusinessCentral.Webhooks;
using Hub.Connectors.Limits;
using Hub.Connectors.Tokens;
using Hub.Connectors.Webhooks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the connector to Business Central.</summary>
public static class BusinessCentralServiceCollectionExtensions
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Of each user: 6,000 calls in any five minutes, five at once.</summary>
    private static readonly VendorLimit[] Limits = [new("calls") { PerSecond = 18, Burst = 600, Concurrency = 5 }];

    /// <summary>Books orders, tells stock and shipments, reads webhooks.</summary>
    public static IServiceCollection AddBusinessCentral(this IServiceCollection services, BusinessCentralOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IOrderBooking, BookSalesOrder>()
        .AddSingleton<IStockSource, FetchItemStock>()
        .AddSingleton<IShipmentSource, FetchSalesShipments>()
        .AddSingleton<IWebhook, ReadNotifications>()
        .AddSingleton<KeepSubscriptions>()
        .AddOAuthTokens(new OAuthRequest
        {
            Endpoint = options.TokenAddress!,
            Client = options.Client,
            ClientSecret = options.ClientSecret,
            Form = ImmutableDictionary<string, string>.Empty.Add("scope", "https://api.businesscentral.dynamics.com/.default"),
            WhatToDo = "Check Client, ClientSecret and TokenAddress, and that the application is enabled in Business Central (Microsoft Entra applications).",
        })
        .AddConnectorClient<IBusinessCentralApi>(options, limits: Limits, json: Json);
}
