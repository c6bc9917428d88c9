using Hub.Adapters.Webhooks;
using Hub.Connectors.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Adapters.Tests.Webhooks;

public sealed class HintsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wait_HintsThatCameBefore_AreOneAndOfTheirTopicAlone()
    {
        var hints = new Hints(_time);
        hints.Tell("Shopify", WebhookTopic.Orders);
        hints.Tell("shopify", WebhookTopic.Orders);

        var stock = hints.WaitAsync("shopify", WebhookTopic.Stock, Minute, Cancel);
        Assert.True(await hints.WaitAsync("shopify", WebhookTopic.Orders, Minute, Cancel));
        var again = hints.WaitAsync("shopify", WebhookTopic.Orders, Minute, Cancel);
        Assert.False(stock.IsCompleted || again.IsCompleted);
        _time.Advance(Minute);

        Assert.False(await stock);
        Assert.False(await again);
    }

    [Fact]
    public async Task Wait_HintWhileItWaits_EndsAtOnce()
    {
        var hints = new Hints(_time);
        var waiting = hints.WaitAsync("xero", WebhookTopic.Contacts, Minute, Cancel);
        hints.Tell("xero", WebhookTopic.Contacts);

        Assert.True(await waiting);
    }
}
