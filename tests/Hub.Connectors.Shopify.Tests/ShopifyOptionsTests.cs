using Hub.Configuration;

namespace Hub.Connectors.Shopify.Tests;

public sealed class ShopifyOptionsTests
{
    [Fact]
    public void Bind_AllOptions_AreTaken()
    {
        var (options, problems) = Bind("""
            { "Vendor": "shopify", "Address": "https://my-shop.myshopify.com", "ClientId": "0a1b", "ClientSecret": "file:/run/secrets/shopify", "Channel": "shop-eu",
              "ApiVersion": "2026-10", "TakeAuthorized": true, "PricesIncludeTax": false, "TellTaxes": true, "NotifyBuyer": false, "Location": "63473123456",
              "OrdersPerPage": 20, "PollEvery": "00:01:00", "PointsPerSecond": 1000 }
            """);

        Assert.Empty(problems);
        Assert.Equal(("shop-eu", "2026-10", false, TimeSpan.FromMinutes(1)), (options.Channel, options.ApiVersion, options.PricesIncludeTax, options.PollEvery));
    }

    [Theory]
    [InlineData("\"ApiVersion\": \"2026-05\"")]
    [InlineData("\"Channel\": \"Shop EU\"")]
    [InlineData("\"Location\": \"Berlin\"")]
    [InlineData("\"OrdersPerPage\": 0")]
    [InlineData("\"Shop\": \"my-shop\"")]
    public void Bind_WrongOption_IsToldByName(string option)
    {
        var problem = Assert.Single(Bind($$"""{ "Vendor": "shopify", "Address": "https://my-shop.myshopify.com", "Token": "env:SHOPIFY", {{option}} }""").Problems);

        Assert.Contains(option.Split('"')[1], problem.Path, StringComparison.Ordinal);
    }

    private static (ShopifyOptions Options, List<ConfigProblem> Problems) Bind(string json)
    {
        var problems = new List<ConfigProblem>();
        var options = Assert.Single(ShopifyVendors.All).Bind(ConfigNode.Read(json, problems)!, problems);
        return (Assert.IsType<ShopifyOptions>(options), problems);
    }
}
