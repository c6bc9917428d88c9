using System.Text;
using Hub.Connectors.Testing.Stubs;
using Hub.Connectors.Webhooks;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What a connector has to keep to that takes webhooks: only what the vendor signed counts, over the bytes as they came, and not for ever.</summary>
public abstract class WebhookContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    private IWebhook Webhook => Port<IWebhook>();

    /// <summary>A post of the vendor about this event, rightly signed.</summary>
    protected abstract WebhookRequest Post(string eventId, DateTimeOffset at);

    /// <summary>The header that the signature is in; null where the vendor signs nothing.</summary>
    protected abstract string? SignatureHeader { get; }

    /// <summary>How old a post may be; null where the vendor signs no time.</summary>
    protected abstract TimeSpan? Window { get; }

    /// <summary>The vendor's question whether somebody is there, and what has to be answered; null where it asks none.</summary>
    protected virtual (WebhookRequest Question, string Answer)? Handshake => null;

    private DateTimeOffset Now => Bench.Time.GetUtcNow();

    [Fact]
    public async Task Read_Signed_SaysWhatToPoll() =>
        Assert.NotEmpty(Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(Post("e-1", Now))).Hints);

    [Fact]
    public async Task Read_SameEventTwice_HasTheSameId()
    {
        var first = Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(Post("e-1", Now))).Hints;
        var again = Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(Post("e-1", Now))).Hints;
        var other = Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(Post("e-2", Now))).Hints;

        Assert.Equal(first.Select(hint => hint.EventId), again.Select(hint => hint.EventId));
        Assert.True(first[0].EventId is null || first[0].EventId != other[0].EventId, "Two events have one id: the second would be passed over.");
    }

    [Fact]
    public async Task Read_AnyByteChanged_IsRefused()
    {
        Assert.SkipWhen(SignatureHeader is null, "The vendor signs nothing.");
        var post = Post("e-1", Now);
        for (var i = 0; i < post.Body.Length; i++)
        {
            var body = post.Body.ToArray();
            body[i] ^= 1;
            Assert.IsType<WebhookOutcome.Refused>(await ReadAsync(post with { Body = body }));
        }

        Assert.IsType<WebhookOutcome.Refused>(await ReadAsync(post with { Body = post.Body[..^1] }));
        Assert.IsType<WebhookOutcome.Refused>(await ReadAsync(post with { Body = new byte[] { 32 }.Concat(post.Body.ToArray()).ToArray() }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64 at all!")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    public async Task Read_SignatureMissingOrWrong_IsRefused(string? signature)
    {
        Assert.SkipWhen(SignatureHeader is null, "The vendor signs nothing.");
        var post = Post("e-1", Now);
        post = post with { Headers = signature is null ? post.Headers.Remove(SignatureHeader) : post.Headers.SetItem(SignatureHeader, signature) };

        var refused = Assert.IsType<WebhookOutcome.Refused>(await ReadAsync(post));

        Assert.InRange(refused.Status, 400, 499);
        Bench.AssertNoSecretIn([refused.Reason, .. Bench.Log.Lines]);
    }

    [Fact]
    public async Task Read_RecordedLongAgo_IsRefused()
    {
        Assert.SkipWhen(Window is null, "The vendor signs no time.");
        var post = Post("e-1", Now);
        Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(post with { At = Now + Window.Value - TimeSpan.FromSeconds(1) }));
        Assert.IsType<WebhookOutcome.Refused>(await ReadAsync(post with { At = Now + Window.Value + TimeSpan.FromSeconds(2) }));
        Assert.IsType<WebhookOutcome.Refused>(await ReadAsync(Post("e-1", Now + Window.Value + TimeSpan.FromMinutes(1))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html>")]
    public async Task Read_BodyThatIsNoEvent_IsNoException(string body)
    {
        var outcome = await ReadAsync(Post("e-1", Now) with { Body = Encoding.UTF8.GetBytes(body) });

        Assert.True(outcome is WebhookOutcome.Refused or WebhookOutcome.Taken { Hints.Length: 0 } or WebhookOutcome.Taken { Hints: [{ Ids.Length: 0 }, ..] }, $"{outcome}");
    }

    [Fact]
    public async Task Read_Handshake_IsAnsweredAsTheVendorWants()
    {
        Assert.SkipWhen(Handshake is null, "The vendor asks no question.");

        Assert.Equal(Handshake.Value.Answer, Assert.IsType<WebhookOutcome.Challenge>(await ReadAsync(Handshake.Value.Question)).Body);
    }

    private Task<WebhookOutcome> ReadAsync(WebhookRequest request) => EndAsync(Webhook.ReadAsync(request, Cancel));
}
