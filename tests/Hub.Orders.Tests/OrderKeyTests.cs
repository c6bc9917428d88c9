using System.Text.Json;
using Hub.Commerce;

namespace Hub.Orders.Tests;

public sealed class OrderKeyTests
{
    [Theory]
    [InlineData("web/10042", "web", "10042")]
    [InlineData("market/M 7/ä#?%2F🫖", "market", "M 7/ä#?%2F🫖")]
    [InlineData("b-2-b//", "b-2-b", "/")]
    public void TryParse_Key_KeepsTheIdAsItCame(string text, string channel, string id)
    {
        Assert.True(OrderKey.TryParse(text, out var key));
        Assert.Equal((channel, id), (key.Channel, key.Id));
        Assert.Equal(text, key.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("10042")]
    [InlineData("/10042")]
    [InlineData("web/")]
    [InlineData("Web/10042")]
    [InlineData("web/1\n2")]
    public void TryParse_NoKey_IsRefused(string? text) => Assert.False(OrderKey.TryParse(text, out _));

    [Fact]
    public void Order_AsJson_IsWhatTheContractSays()
    {
        var json = JsonSerializer.Serialize(Given.Order(), CommerceJson.Options);

        Assert.StartsWith("""{"key":"web/10042","number":"10042","placedAt":"2027-01-31T06:05:00""", json, StringComparison.Ordinal);
        Assert.Contains("""{"sku":"TS-001","name":"Teapot","quantity":2,"unitPrice":"9.95 EUR"}""", json, StringComparison.Ordinal);
        var back = JsonSerializer.Deserialize<Order>(json, CommerceJson.Options)!;
        Assert.Equal(json, JsonSerializer.Serialize(back, CommerceJson.Options));
    }

    [Theory]
    [InlineData("""{"key":"web/1"}""")]
    [InlineData("""{"key":"web","number":"1","placedAt":"2027-01-31T06:00:00Z","buyer":{"email":"a","name":"b"},"lines":[],"total":"1 EUR","shipTo":null}""")]
    public void Order_FromJsonWithGaps_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Order>(json, CommerceJson.Options));

    [Fact]
    public void Problems_OddOrder_TellsAllOfThem()
    {
        var order = Given.Order() with { Lines = [new OrderLine(Sku.Parse("TS-1"), "Pot", 0, Money.Parse("1 USD"))] };

        Assert.Equal(2, order.Problems().Count());
    }
}
