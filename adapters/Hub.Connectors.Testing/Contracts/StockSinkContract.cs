using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What a channel that is told the stock has to keep to: the last number told is the one there, and one bad article holds up no other.</summary>
public abstract class StockSinkContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    private IStockSink Sink => Port<IStockSink>();

    /// <summary>An article that the vendor has, the n-th.</summary>
    protected abstract Sku ArticleOf(int number);

    /// <summary>Is it the call that sets levels? The faults hit that one.</summary>
    protected abstract bool IsSetting(StubRequest request);

    /// <summary>How many pieces of the article the vendor shows.</summary>
    protected abstract int ShownOf(Sku sku);

    [Fact]
    public async Task Set_TwiceAndThenOther_TheLastIsShown()
    {
        var sku = ArticleOf(1);
        foreach (var level in new[] { 5, 5, 3, 0 })
        {
            Taken(await SetAsync(new StockLevel(sku, level)));
            Assert.Equal(level, ShownOf(sku));
        }
    }

    [Fact]
    public async Task Set_AWholeBatch_AllAreShown()
    {
        ImmutableArray<StockLevel> levels = [.. Enumerable.Range(1, Math.Min(Sink.BatchSize, 50)).Select(i => new StockLevel(ArticleOf(i), i))];

        Taken(await SetAsync([.. levels]));

        Assert.All(levels, level => Assert.Equal(level.Available, ShownOf(level.Sku)));
    }

    [Fact]
    public async Task Set_LessThanNothing_ShowsNone()
    {
        Taken(await SetAsync(new StockLevel(ArticleOf(1), -4)));

        Assert.Equal(0, ShownOf(ArticleOf(1)));
    }

    [Fact]
    public async Task Set_UnknownArticleAmongThem_IsNamedAndHoldsUpNoOther()
    {
        var unknown = Sku.Parse("HUB-SUITE-UNKNOWN");
        var outcome = await EndAsync(Sink.SetAsync(
            Sink.BatchSize > 1 ? [new StockLevel(ArticleOf(1), 8), new StockLevel(unknown, 1), new StockLevel(ArticleOf(2), 9)] : [new StockLevel(unknown, 1)], Cancel));

        if (outcome is CallOutcome<ImmutableArray<NotTaken>>.Done { Value: var notTaken })
        {
            Assert.Equal(unknown, Assert.Single(notTaken).Sku);
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
        var sku = ArticleOf(1);
        Taken(await SetAsync(new StockLevel(sku, 9)));
        Stub.Fail(EffectFaults.Of(fault), IsSetting, times: 2);
        var outcome = await SetAsync(new StockLevel(sku, 4));
        Stub.Heal();
        await UntilAsync(() => Stub.IsOverIt, "What the fault left is still carried out.");
        if (outcome is CallOutcome<ImmutableArray<NotTaken>>.Done { Value.Length: 0 })
        {
            Assert.Equal(4, ShownOf(sku));
        }

        Bench.Time.Advance(TimeSpan.FromMinutes(2));
        Taken(await SetAsync(new StockLevel(sku, 3)));
        Assert.Equal(3, ShownOf(sku));
    }

    private Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(params ImmutableArray<StockLevel> levels) => EndAsync(Sink.SetAsync(levels, Cancel));

    private static void Taken(CallOutcome<ImmutableArray<NotTaken>> outcome) =>
        Assert.Empty(Assert.IsType<CallOutcome<ImmutableArray<NotTaken>>.Done>(outcome).Value);
}
