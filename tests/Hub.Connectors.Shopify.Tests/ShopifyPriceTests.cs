using System.Collections.Immutable;
using System.Globalization;
using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Shopify.Tests;

public sealed class ShopifyPriceTests : PriceSinkContract<ShopifyStub>
{
    protected override ShopifyStub MakeStub()
    {
        var stub = new ShopifyStub();
        for (var number = 1; number <= 60; number++)
        {
            stub.Sell($"TS-{number:000}", number, product: number / 10);
        }

        return stub;
    }

    protected override void AddConnector(IServiceCollection services) => services.AddShopify(ShopifyTestOptions.At(Stub.Address, Bench));

    protected override Sku ArticleOf(int number) => Sku.Parse($"TS-{number:000}");

    protected override bool IsSetting(StubRequest request) => ShopifyStub.Is(request, "HubSetPrices");

    protected override decimal? ShownOf(Sku sku) => Stub.PriceOf(sku.Text) is { } price ? decimal.Parse(price, CultureInfo.InvariantCulture) : null;

    [Fact]
    public async Task Set_VariantsOfOneProduct_GoInOneCall()
    {
        Stub.Refusals["TS-002"] = ("NEGATIVE_PRICE_VALUE", "Price is odd.");

        var outcome = await EndAsync(Port<IPriceSink>().SetAsync(
            [Price(1), Price(2), Price(3), Price(11)], Cancel));

        Assert.Equal(ArticleOf(2), Assert.Single(Assert.IsType<CallOutcome<ImmutableArray<NotTaken>>.Done>(outcome).Value).Sku);
        Assert.Equal(2, Stub.Requests.Count(IsSetting));
        Assert.Equal((1, null, 3, 11), (ShownOf(ArticleOf(1)), ShownOf(ArticleOf(2)), ShownOf(ArticleOf(3)), ShownOf(ArticleOf(11))));
    }

    private ArticlePrice Price(int number) => new(ArticleOf(number), new Money(number, "EUR"));
}
