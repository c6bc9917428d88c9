using System.Collections.Immutable;
using System.Text;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.BusinessCentral.Tests;

/// <summary>The suite's demands on webhooks; what Business Central does not sign is skipped, aloud.</summary>
public sealed class BusinessCentralWebhookTests : WebhookContract<BusinessCentralStub>
{
    protected override string? SignatureHeader => null;

    protected override TimeSpan? Window => null;

    protected override (WebhookRequest Question, string Answer)? Handshake => (Request("https://hub.example/webhooks/erp?validationToken=a%20b%2Bc", ""), "a b+c");

    protected override BusinessCentralStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddBusinessCentral(BenchOptions.Of(Bench, Stub));

    protected override WebhookRequest Post(string eventId, DateTimeOffset at) => Request(
        "https://hub.example/webhooks/erp",
        $$"""{"value":[{"subscriptionId":"{{eventId}}","clientState":"our-client-state","resource":"api/v2.0/companies(c)/items(i)","changeType":"updated","lastModifiedDateTime":"{{at:O}}"}]}""");

    private WebhookRequest Request(string url, string body) => new(
        "POST", new Uri(url), ImmutableDictionary<string, string>.Empty, Encoding.UTF8.GetBytes(body), Bench.Time.GetUtcNow());
}
