using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Connectors.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Tests.Webhooks;

/// <summary>A marketplace that is polled once an hour and posts webhooks (standardwebhooks.com), and a shop that counts what is entered.</summary>
internal sealed class HookedMarket
{
    private static readonly byte[] Key = Encoding.UTF8.GetBytes("a key of some length, 32 bytes…");

    public ConcurrentQueue<Order> Orders { get; } = [];

    public ConcurrentQueue<string> Entered { get; } = [];

    /// <summary>How often orders were asked for.</summary>
    public int Polls { get; private set; }

    public ConnectorVendor Market => ConnectorVendor.Of<ConnectorOptions>("hooked-market", "marketplace", (services, _) => services
        .AddSingleton<ConnectorCalls>().AddSingleton<IOrderSource>(new Source(this)).AddSingleton<IWebhook>(new Hook()));

    public ConnectorVendor Shop => ConnectorVendor.Of<ConnectorOptions>("counting-shop", "shop", (services, _) => services
        .AddSingleton<ConnectorCalls>().AddSingleton<IOrderEntry>(new Entry(this)));

    /// <summary>A post as the vendor would make it.</summary>
    public static HttpRequestMessage Post(string id, string body, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, (Uri?)null) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", time);
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{id}.{time}.{body}")))}");
        return request;
    }

    private sealed class Hook : IWebhook
    {
        public Task<WebhookOutcome> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) => Task.FromResult<WebhookOutcome>(
            request.Url.Query == "?hello" ? new WebhookOutcome.Challenge("hello")
                : (WebhookOutcome?)StandardWebhook.Check(request, Convert.ToBase64String(Key), TimeSpan.FromMinutes(5))
                    ?? new WebhookOutcome.Taken([new WebhookHint(WebhookTopic.Orders, request.Header("webhook-id"))], 202));
    }

    private sealed class Source(HookedMarket market) : IOrderSource
    {
        public string Channel => "hooked";

        public TimeSpan PollEvery => TimeSpan.FromHours(1);

        public Task<CallOutcome<OrderPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken)
        {
            market.Polls++;
            return Task.FromResult<CallOutcome<OrderPage>>(
                new CallOutcome<OrderPage>.Done(new OrderPage([.. market.Orders.Where(order => order.PlacedAt >= since)], null)));
        }
    }

    private sealed class Entry(HookedMarket market) : IOrderEntry
    {
        public Task<CallOutcome<string>> EnterAsync(Order order, CancellationToken cancellationToken)
        {
            market.Entered.Enqueue(order.Key.ToString());
            return Task.FromResult<CallOutcome<string>>(new CallOutcome<string>.Done($"S-{order.Key.Id}"));
        }
    }
}
