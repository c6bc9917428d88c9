using System.Text.Json.Nodes;
using Hub.Connectors.Limits;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Shopify.Tests;

/// <summary>Errors that come with HTTP 200, and the bucket of points.</summary>
public sealed class ShopifyAnswerTests : ConnectorContract<ShopifyStub>
{
    protected override ShopifyStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddShopify(ShopifyTestOptions.At(Stub.Address, Bench));

    [Theory]
    [InlineData("ACCESS_DENIED", false, "NotDone")]
    [InlineData("ACCESS_DENIED", true, "NotDone")]
    [InlineData("MAX_COST_EXCEEDED", false, "NotDone")]
    [InlineData("SHOP_INACTIVE", false, "NotDone")]
    [InlineData("undefinedField", false, "NotDone")]
    [InlineData("INVALID_VARIABLE", false, "Refused")]
    [InlineData("INTERNAL_SERVER_ERROR", false, "Unknown")]
    [InlineData("INTERNAL_SERVER_ERROR", true, "Unknown")]
    [InlineData("", false, "Unknown")]
    [InlineData("SOMETHING_NEW", true, "Unknown")]
    public async Task Ask_ErrorWithStatus200_IsWhatItsCodeSays(string code, bool data, string expected)
    {
        Stub.Answer("HubOrders", ShopifyStub.Error(code, "It is so.", data ? new JsonObject { ["orders"] = null } : null));

        Assert.Contains("It is so.", (await FetchAsync()).Is(expected).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"errors":"[API] Something is wrong"}""")]
    [InlineData("""{"errors":[null]}""")]
    [InlineData("""{"errors":["odd"]}""")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":{"orders":null}}""")]
    [InlineData("""{"data":{"orders":{"nodes":null,"pageInfo":{"hasNextPage":false,"endCursor":null}}}}""")]
    [InlineData("""{"data":{"orders":{"nodes":[],"pageInfo":{"hasNextPage":true,"endCursor":null}}}}""")]
    [InlineData("""{"data":{"orders":{"nodes":[],"pageInfo":null}}}""")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Ask_AnswerThatIsNone_IsNeverAnEmptyPage(string body)
    {
        Stub.Answer("HubOrders", StubAnswer.Json(body));

        (await FetchAsync()).Is("Unknown");
    }

    [Fact]
    public async Task Ask_Throttled_WaitsAsLongAsTheBucketNeeds()
    {
        Stub.Answer("HubOrders", ShopifyStub.Error("THROTTLED", "Throttled", asked: 752, left: 2));

        Assert.Equal(TimeSpan.FromSeconds(7.5), (await FetchAsync()).Is("NotDone").After);

        // And no call is made meanwhile that would be throttled too.
        var calls = Stub.Requests.Length;
        (await FetchAsync()).Is("NotDone");
        Assert.Equal(calls, Stub.Requests.Length);
        Bench.Time.Advance(TimeSpan.FromSeconds(8));
        (await FetchAsync()).Is("Done");
    }

    [Fact]
    public async Task Ask_BucketAlmostEmpty_WaitsAndIsDone()
    {
        Stub.Available = 300;
        (await FetchAsync()).Is("Done");
        var begin = Bench.Time.GetUtcNow();

        (await FetchAsync()).Is("Done");

        Assert.True(Bench.Time.GetUtcNow() > begin, "It did not wait.");
        Assert.DoesNotContain(Bench.Log.Lines, line => line.Contains("THROTTLED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_LimitWithoutNews_CountsForItself()
    {
        Stub.Fail(StubFault.Json("no cost", node => node.AsObject().Remove("extensions")), times: 10);
        (await FetchAsync()).Is("Done");
        Assert.Equal(0, Port<VendorLimits>().Waiting);
        var begin = Bench.Time.GetUtcNow();

        (await FetchAsync()).Is("Done");

        Assert.True(Bench.Time.GetUtcNow() > begin, "It did not wait.");
    }

    private async Task<Outcome> FetchAsync() => Outcome.Of(await EndAsync(Port<IOrderSource>().FetchAsync(Bench.Time.GetUtcNow(), null, Cancel)));
}
