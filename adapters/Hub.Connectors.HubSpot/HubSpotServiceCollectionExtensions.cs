using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Connectors;
using Hub.Connectors.HubSpot;
using Hub.Connectors.HubSpot.Contacts;
using Hub.Connectors.HubSpot.Webhooks;
using Hub.Connectors.Limits;
using Hub.Connectors.Webhooks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the connector to HubSpot.</summary>
public static class HubSpotServiceCollectionExtensions
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Keeps HubSpot informed of who buys, and erases contacts there.</summary>
    public static IServiceCollection AddHubSpot(this IServiceCollection services, HubSpotOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IContactBook, UpsertHubSpotContact>()
        .AddSingleton<IWebhook, HubSpotWebhook>()
        .AddConnectorClient<IHubSpotApi>(
            options, limits: [new VendorLimit("HubSpot") { PerSecond = options.CallsPerSecond, Burst = options.CallsPerSecond }], json: Json);
}
