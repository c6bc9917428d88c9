using System.Globalization;
using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What an ERP's connector has to keep to that says how much there is: no change of an article's stock is lost.</summary>
public abstract class StockSourceContract<TStub> : PollSourceContract<TStub>
    where TStub : VendorStub
{
    /// <summary>The vendor has that much of the article as of then.</summary>
    protected abstract void Stock(Sku sku, int available, DateTimeOffset changedAt);

    private protected sealed override void Put(int number, int pieces, DateTimeOffset changedAt) => Stock(SkuOf(number), pieces, changedAt);

    private protected sealed override string Text(int number, int pieces) => string.Create(CultureInfo.InvariantCulture, $"{SkuOf(number)}: {pieces}");

    private protected sealed override async Task<CallOutcome<PolledPage>> FetchAsync(DateTimeOffset since, string? page) => PolledPage.Of(
        await Port<IStockSource>().FetchAsync(since, page, Cancel),
        read => new PolledPage([.. read.Levels.Select(level => string.Create(CultureInfo.InvariantCulture, $"{level.Sku}: {level.Available}"))], read.Latest, read.Next));

    private static Sku SkuOf(int number) => Sku.Parse(string.Create(CultureInfo.InvariantCulture, $"TS-{number:000}"));
}
