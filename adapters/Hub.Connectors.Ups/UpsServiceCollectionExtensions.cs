using System.Collections.Immutable;
using Hub.Connectors;
using Hub.Connectors.Limits;
using Hub.Connectors.Tokens;
using Hub.Connectors.Ups;
using Hub.Connectors.Ups.Rates;
using Hub.Connectors.Ups.Shipments;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the connector to UPS.</summary>
public static class UpsServiceCollectionExtensions
{
    /// <summary>Ships, finds and voids shipments, and asks for rates.</summary>
    public static IServiceCollection AddUps(this IServiceCollection services, UpsOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IShipmentBooking, BookUpsShipment>()
        .AddSingleton<IShippingRates, RateUpsParcel>()
        .AddOAuthTokens(new OAuthRequest
        {
            Endpoint = new Uri(options.Address!, "/security/v1/oauth/token"),
            Client = options.ClientId,
            ClientSecret = options.ClientSecret,
            Basic = true,
            Headers = ImmutableDictionary<string, string>.Empty.Add("x-merchant-id", options.Account),
            WhatToDo = "Look at the app at developer.ups.com: its client id and secret, and whether the account is one of the app's.",
        })
        .AddConnectorClient<IUpsApi>(
            options, limits: [new VendorLimit("UPS") { PerSecond = options.CallsPerSecond, Burst = options.CallsPerSecond }], json: UpsJson.Options);
}
