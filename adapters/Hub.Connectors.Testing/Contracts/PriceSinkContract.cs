using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What a channel that is told prices has to keep to: the last price told is the one there, to the last decimal, and one bad article holds up no other.</summary>
public abstract class PriceSinkContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    private IPriceSink Sink => Port<IPriceSink>();

    /// <summary>The channel's currency.</summary>
    protected virtual string Currency => "EUR";

    /// <summary>An article that the vendor has, the n-th.</summary>
    protected abstract Sku ArticleOf(int number);

    /// <summary>Is it the call that sets prices? The faults hit that one.</summary>
    protected abstract bool IsSetting(StubRequest request);

    /// <summary>What the vendor shows as the article's price; null: none was ever set.</summary>
    protected abstract decimal? ShownOf(Sku sku);

    [Fact]
    public async Task Set_TwiceAndThenOther_TheLastIsShown()
    {
        foreach (var price in new[] { 9.95m, 9.95m, 1234.50m, 0.05m })
        {
            Taken(await SetAsync(Price(1, price)));
            Assert.Equal(price, ShownOf(ArticleOf(1)));
        }
    }

    [Fact]
    public async Task Set_AWholeBatch_AllAreShown()
    {
        ImmutableArray<ArticlePrice> prices = [.. Enumerable.Range(1, Math.Min(Sink.BatchSize, 50)).Select(i => Price(i, i + 0.99m))];

        Taken(await SetAsync(prices));

        Assert.All(prices, price => Assert.Equal(price.Price.Amount, ShownOf(price.Sku)));
    }

    [Fact]
    public async Task Set_OtherCurrency_IsNeverShownAsTheChannels()
    {
        Taken(await SetAsync(Price(1, 9.95m)));

        var outcome = await SetAsync(new ArticlePrice(ArticleOf(1), new Money(1990, Currency == "JPY" ? "EUR" : "JPY")));

        Assert.NotEqual(1990, ShownOf(ArticleOf(1)));
        if (outcome is CallOutcome<ImmutableArray<NotTaken>>.Done { Value: var notTaken })
        {
            Assert.NotEmpty(Assert.Single(notTaken).Reason);
        }
        else
        {
            Outcome.Of(outcome).Is("Refused");
        }
    }

    [Fact]
    public async Task Set_UnknownArticleAmongThem_IsNamedAndHoldsUpNoOther()
    {
        var unknown = new ArticlePrice(Sku.Parse("HUB-SUITE-UNKNOWN"), new Money(1, Currency));
        var outcome = await SetAsync(Sink.BatchSize > 1 ? [Price(1, 8), unknown, Price(2, 9)] : [unknown]);

        if (outcome is CallOutcome<ImmutableArray<NotTaken>>.Done { Value: var notTaken })
        {
            Assert.Equal(unknown.Sku, Assert.Single(notTaken).Sku);
            Assert.NotEmpty(notTaken[0].Reason);
            if (Sink.BatchSize > 1)
            {
                Assert.Equal((8, 9), (ShownOf(ArticleOf(1)), ShownOf(ArticleOf(2))));
            }
        }
        else
        {
            Assert.Equal(1, Sink.BatchSize);
            Outcome.Of(outcome).Is("Refused");
        }
    }

    [Theory]
    [MemberData(nameof(EffectFaults.All), MemberType = typeof(EffectFaults))]
    public async Task Set_Fault_IsNeverTakenForDoneAndGoesThroughAgain(string fault)
    {
        Taken(await SetAsync(Price(1, 9)));
        Stub.Fail(EffectFaults.Of(fault), IsSetting, times: 2);
        var outcome = await SetAsync(Price(1, 4));
        Stub.Heal();
        await UntilAsync(() => Stub.IsOverIt, "What the fault left is still carried out.");
        if (outcome is CallOutcome<ImmutableArray<NotTaken>>.Done { Value.Length: 0 })
        {
            Assert.Equal(4, ShownOf(ArticleOf(1)));
        }

        Bench.Time.Advance(TimeSpan.FromMinutes(2));
        Taken(await SetAsync(Price(1, 3)));
        Assert.Equal(3, ShownOf(ArticleOf(1)));
    }

    [Fact]
    public async Task Set_VendorSendsOurSecretsBack_TellsThemToNobody()
    {
        Stub.Fail(StubFault.Echo, IsSetting);

        var outcome = await SetAsync(Price(1, 9));

        var told = outcome is CallOutcome<ImmutableArray<NotTaken>>.Done { Value: var notTaken } ? notTaken.Select(price => price.Reason) : [Outcome.Of(outcome).Reason];
        Bench.AssertNoSecretIn([.. told, .. Bench.Log.Lines, .. Bench.LastErrors]);
    }

    private ArticlePrice Price(int number, decimal amount) => new(ArticleOf(number), new Money(amount, Currency));

    private Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(params ImmutableArray<ArticlePrice> prices) => EndAsync(Sink.SetAsync(prices, Cancel));

    private static void Taken(CallOutcome<ImmutableArray<NotTaken>> outcome) =>
        Assert.Empty(Assert.IsType<CallOutcome<ImmutableArray<NotTaken>>.Done>(outcome).Value);
}
