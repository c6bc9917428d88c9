using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Shopify.Tests;

/// <summary>The suite's faults of access tokens, for an app of the Dev Dashboard.</summary>
public sealed class ShopifyTokenTests : TokenContract<ShopifyStub>
{
    protected override TimeSpan Life => TimeSpan.FromSeconds(86399);

    protected override ShopifyStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShopify(new ShopifyOptions
    {
        Vendor = "shopify",
        Address = Stub.Address,
        ClientId = "0a1b2c3d",
        ClientSecret = Bench.Secret("client", ShopifyTestOptions.ClientSecret),
    });

    protected override bool IsTokenRequest(StubRequest request) => request.Is("POST /admin/oauth/access_token");

    protected override async Task<Outcome> CallAsync() =>
        Outcome.Of(await Port<IOrderSource>().FetchAsync(Bench.Time.GetUtcNow(), null, Cancel));
}
