using System.Security.Cryptography;
using System.Text;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Shopify.Tests;

public sealed class ShopifyWebhookTests : WebhookContract<ShopifyStub>
{
    private const string Updated = """{"id":450789469,"admin_graphql_api_id":"gid://shopify/Order/450789469","note":"ünï 🫖"}""";
    private bool _secret = true;

    protected override string? SignatureHeader => "X-Shopify-Hmac-SHA256";

    // The time stands in a header that is not signed.
    protected override TimeSpan? Window => null;

    protected override ShopifyStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShopify(_secret
        ? ShopifyTestOptions.At(Stub.Address, Bench)
        : new ShopifyOptions { Vendor = "shopify", Address = Stub.Address, Token = Bench.Secret("token", ShopifyStub.Token) });

    protected override WebhookRequest Post(string eventId, DateTimeOffset at) => Post("orders/updated", Updated, eventId, at);

    [Theory]
    [InlineData("orders/updated", Updated, WebhookTopic.Orders, "450789469")]
    [InlineData("orders/cancelled", Updated, WebhookTopic.Orders, "450789469")]
    [InlineData("refunds/create", """{"id":1,"order_id":450789469}""", WebhookTopic.Orders, "450789469")]
    [InlineData("fulfillments/update", """{"id":1,"order_id":450789469}""", WebhookTopic.Orders, "450789469")]
    [InlineData("inventory_levels/update", """{"inventory_item_id":1,"location_id":2}""", WebhookTopic.Stock, null)]
    [InlineData("customers/update", """{"id":1}""", WebhookTopic.Contacts, null)]
    public async Task Read_Topic_SaysWhatToPoll(string topic, string body, WebhookTopic expected, string? id)
    {
        var hint = Assert.Single(Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(Post(topic, body, "e-1", Bench.Time.GetUtcNow()))).Hints);

        Assert.Equal(expected, hint.Topic);
        Assert.Equal("e-1", hint.EventId);
        Assert.Equal(id is null ? [] : [id], hint.Ids);
    }

    [Theory]
    [InlineData("products/update")]
    [InlineData("app/uninstalled")]
    [InlineData("")]
    public async Task Read_TopicThatConcernsNobody_IsTakenAndNothingPolled(string topic) =>
        Assert.Empty(Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(Post(topic, "{}", "e-1", Bench.Time.GetUtcNow()))).Hints);

    [Fact]
    public async Task Read_RetryAfterHours_IsTakenWithTheSameId()
    {
        // The eighth try comes four hours after the event, with the body of then and another id of the post.
        var hint = Assert.Single(Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(Post("e-1", Bench.Time.GetUtcNow().AddHours(-4)))).Hints);

        Assert.Equal("e-1", hint.EventId);
    }

    [Fact]
    public async Task Read_NoSecretConfigured_IsNotThere()
    {
        _secret = false;

        Assert.Equal(404, Assert.IsType<WebhookOutcome.Refused>(await ReadAsync(Post("e-1", Bench.Time.GetUtcNow()))).Status);
    }

    private Task<WebhookOutcome> ReadAsync(WebhookRequest request) => Port<IWebhook>().ReadAsync(request, Cancel);

    private WebhookRequest Post(string topic, string body, string eventId, DateTimeOffset triggeredAt)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new WebhookRequest(
            "POST", new Uri("https://hub.example/webhooks/shop"),
            WebhookRequest.HeadersOf(
            [
                KeyValuePair.Create("x-shopify-hmac-sha256", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ShopifyTestOptions.ClientSecret), bytes))),
                KeyValuePair.Create("x-shopify-topic", topic),
                KeyValuePair.Create("x-shopify-event-id", eventId),
                KeyValuePair.Create("x-shopify-webhook-id", Guid.NewGuid().ToString()),
                KeyValuePair.Create("x-shopify-triggered-at", triggeredAt.ToString("O")),
            ]),
            bytes, Bench.Time.GetUtcNow());
    }
}
