using System.Collections.Immutable;
using System.Globalization;
using Hub.Connectors;
using Hub.Connectors.Limits;
using Hub.Connectors.Tokens;
using Hub.Connectors.Webhooks;
using Hub.Connectors.Xero;
using Hub.Connectors.Xero.Contacts;
using Hub.Connectors.Xero.Invoices;
using Hub.Connectors.Xero.Stock;
using Hub.Connectors.Xero.Webhooks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the connector to Xero.</summary>
public static class XeroServiceCollectionExtensions
{
    private const string Scopes = "accounting.transactions accounting.contacts accounting.settings.read";

    /// <summary>Of an organisation: 60 calls in any minute (20 at once and 40 more until it is over), 5,000 a day, five at once.</summary>
    private static readonly VendorLimit[] Limits =
    [
        new("calls")
        {
            PerSecond = 40.0 / 60,
            Burst = 20,
            PerDay = 5000,
            Concurrency = 5,
            Read = answer => new LimitNews(Left(answer, "X-MinLimit-Remaining"), null, Left(answer, "X-DayLimit-Remaining")),
        },
    ];

    /// <summary>Books orders, tells stock, reads webhooks, and keeps contacts where it is told to.</summary>
    public static IServiceCollection AddXero(this IServiceCollection services, XeroOptions options)
    {
        if (options.ContactBook)
        {
            services.AddSingleton<IContactBook, KeepXeroContact>();
        }

        return services
            .AddSingleton(options)
            .AddSingleton<WriteXeroInvoice>()
            .AddSingleton<XeroInvoices>()
            .AddSingleton<XeroContacts>()
            .AddSingleton<IOrderBooking, BookXeroInvoice>()
            .AddSingleton<ISaleBook, ListXeroInvoices>()
            .AddSingleton<IStockSource, FetchXeroStock>()
            .AddSingleton<IWebhook, ReadXeroWebhook>()
            .AddOAuthTokens(new OAuthRequest
            {
                Endpoint = options.TokenAddress,
                Client = options.ClientId,
                ClientSecret = options.ClientSecret,
                RefreshToken = options.RefreshToken,
                Basic = true,
                Form = options.RefreshToken.IsEmpty ? ImmutableDictionary<string, string>.Empty.Add("scope", Scopes) : ImmutableDictionary<string, string>.Empty,
                WhatToDo = "Check ClientId and ClientSecret. A refresh token that was not used for 60 days is dead: consent again at Xero and put the new one into RefreshToken.",
            })
            .AddConnectorClient<IXeroApi>(options, limits: Limits, json: XeroJson.Options);
    }

    private static double? Left(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values)
        && double.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var left) ? left : null;
}
