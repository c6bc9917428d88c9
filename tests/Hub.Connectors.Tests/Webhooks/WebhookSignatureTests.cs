using System.Text;
using System.Text.Json;
using Hub.Connectors.Testing.Specs;
using Hub.Connectors.Webhooks;

namespace Hub.Connectors.Tests.Webhooks;

/// <summary>The vendors' own vectors, and what stands around them.</summary>
public sealed class WebhookSignatureTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly DateTimeOffset Signed = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void Standard_TheSchemesOwnVector_IsTaken() => Assert.Null(Check(Vector(out var secret), secret));

    [Fact]
    public void Standard_SecretThatIsBeingChanged_IsTakenByEither()
    {
        var post = Vector(out var secret);
        var two = $"v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= {post.Header("webhook-signature")}";

        Assert.Null(Check(With(post, "webhook-signature", two), secret));
    }

    [Theory]
    [InlineData("webhook-signature", "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=")]
    [InlineData("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLawdd")]
    [InlineData("webhook-signature", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("webhook-signature", "")]
    [InlineData("webhook-signature", "v1")]
    [InlineData("webhook-id", "msg_other")]
    [InlineData("webhook-timestamp", "1614265331")]
    [InlineData("webhook-timestamp", "99999999999999999999")]
    [InlineData("webhook-timestamp", "-1614265330")]
    [InlineData("webhook-timestamp", "")]
    public void Standard_AnythingChanged_IsRefused(string header, string value)
    {
        var post = Vector(out var secret);

        Assert.NotNull(Check(With(post, header, value), secret));
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public void Standard_FiveMinutesOff_IsRefused(int seconds)
    {
        var post = Vector(out var secret);

        Assert.NotNull(Check(post with { At = Signed.AddSeconds(seconds) }, secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_!!")]
    public void Standard_NoSecret_RefusesAll(string secret) => Assert.NotNull(Check(Vector(out _), secret));

    [Fact]
    public void Hex_EasyPostsVector_IsTakenOverTheRawBytesOnly()
    {
        using var vector = JsonDocument.Parse(File.ReadAllText(SpecFolder.Find("easypost/webhook-hmac-vector.json")));
        var root = vector.RootElement;
        var body = File.ReadAllBytes(SpecFolder.Find($"easypost/{root.GetProperty("body_file").GetString()}"));
        // The secret in the form NFKD, which .NET can't make without ICU.
        var key = Encoding.UTF8.GetBytes("se\u0301cret");
        var signature = root.GetProperty("signature").GetString()!["hmac-sha256-hex=".Length..];

        Assert.True(WebhookSignature.IsHmacSha256Hex(signature, key, body.AsMemory(0, body.Length - 1)));
        Assert.True(WebhookSignature.IsHmacSha256Hex(signature.ToUpperInvariant(), key, body.AsMemory(0, body.Length - 1)));
        Assert.False(WebhookSignature.IsHmacSha256Hex(signature, key, body));
        Assert.False(WebhookSignature.IsHmacSha256Hex(signature[..^2], key, body.AsMemory(0, body.Length - 1)));
        Assert.False(WebhookSignature.IsHmacSha256Hex(signature[..^1] + "x", key, body.AsMemory(0, body.Length - 1)));
        // Read and written anew it says the same, and is not what was signed.
        Assert.False(WebhookSignature.IsHmacSha256Hex(signature, key, JsonSerializer.SerializeToUtf8Bytes(JsonDocument.Parse(body).RootElement, Indented)));
    }

    [Fact]
    public void Base64_LongerThanAnySignature_IsNoException() =>
        Assert.False(WebhookSignature.IsHmacSha256(new string('A', 100_000), "key"u8, WebhookSignature.Bytes("body")));

    [Theory]
    [InlineData("1614265330", true)]
    [InlineData("1614265330000", true)]
    [InlineData("1614265", false)]
    [InlineData("16142653300000000", false)]
    [InlineData("+1614265330", false)]
    [InlineData(" 1614265330", false)]
    public void Fresh_SecondsOrMilliseconds_AreToldApart(string time, bool fresh) =>
        Assert.Equal(fresh, WebhookSignature.IsFresh(time, Signed, TimeSpan.FromMinutes(5)));

    private static WebhookOutcome.Refused? Check(WebhookRequest post, string secret) => StandardWebhook.Check(post, secret, TimeSpan.FromMinutes(5));

    private static WebhookRequest With(WebhookRequest post, string header, string value) => post with { Headers = post.Headers.SetItem(header, value) };

    private static WebhookRequest Vector(out string secret)
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(SpecFolder.Find("standard-webhooks/test-vectors.json")));
        var vector = vectors.RootElement.GetProperty("valid")[0];
        secret = vector.GetProperty("secret").GetString()!;
        return new WebhookRequest(
            "POST", new Uri("https://hub.example/webhooks/x"),
            WebhookRequest.HeadersOf(vector.EnumerateObject().Where(field => field.Name.StartsWith("webhook-", StringComparison.Ordinal))
                .Select(field => KeyValuePair.Create(field.Name, field.Value.GetString()!))),
            Encoding.UTF8.GetBytes(vector.GetProperty("payload").GetString()!), Signed);
    }
}
