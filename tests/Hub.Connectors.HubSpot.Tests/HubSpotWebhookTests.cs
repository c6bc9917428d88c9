using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.HubSpot.Tests;

public sealed class HubSpotWebhookTests : WebhookContract<HubSpotStub>
{
    private string? _secret = "app-secret";

    protected override string? SignatureHeader => "X-HubSpot-Signature-v3";

    protected override TimeSpan? Window => TimeSpan.FromMinutes(5);

    protected override HubSpotStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddHubSpot(new HubSpotOptions
    {
        Vendor = "hubspot",
        Address = Stub.Address,
        Token = Bench.Secret("token", "pat-eu1-secret"),
        WebhookSecret = _secret is null ? default : Bench.Secret("webhook", _secret),
    });

    protected override WebhookRequest Post(string eventId, DateTimeOffset at) => Post(eventId, at, "https://hub.example/webhooks/crm", "https://hub.example/webhooks/crm");

    [Fact]
    public async Task Read_AddressThatHubSpotSignsUnescaped_IsTaken() => Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(
        Post("e-1", Bench.Time.GetUtcNow(), "https://hub.example/webhooks/crm?to=a%40b%3Fc%20d", "https://hub.example/webhooks/crm?to=a@b?c%20d")));

    [Fact]
    public async Task Read_AnotherAddress_IsRefused() => Assert.IsType<WebhookOutcome.Refused>(await ReadAsync(
        Post("e-1", Bench.Time.GetUtcNow(), "https://hub.example/webhooks/crm", "https://other.example/webhooks/crm")));

    [Fact]
    public async Task Read_NoSecretConfigured_IsNotThere()
    {
        _secret = null;
        Assert.Equal(404, Assert.IsType<WebhookOutcome.Refused>(await ReadAsync(
            Post("e-1", Bench.Time.GetUtcNow(), "https://hub.example/", "https://hub.example/"))).Status);
    }

    private Task<WebhookOutcome> ReadAsync(WebhookRequest request) => Port<IWebhook>().ReadAsync(request, Cancel);

    private WebhookRequest Post(string eventId, DateTimeOffset at, string url, string signedUrl)
    {
        var body = $$"""[{"eventId":"{{eventId}}","subscriptionType":"contact.propertyChange","objectId":512,"propertyName":"email","occurredAt":1801375200000}]""";
        var time = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData("app-secret"u8, Encoding.UTF8.GetBytes($"POST{signedUrl}{body}{time}")));
        return new WebhookRequest(
            "POST", new Uri(url),
            WebhookRequest.HeadersOf([KeyValuePair.Create("x-hubspot-signature-v3", signature), KeyValuePair.Create("x-hubspot-request-timestamp", time)]),
            Encoding.UTF8.GetBytes(body), Bench.Time.GetUtcNow());
    }
}
