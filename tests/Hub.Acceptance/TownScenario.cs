using Hub.Running;
using Hub.Town.Shoppers;

namespace Hub.Acceptance;

/// <summary>A scenario in a running town; when one of its facts fails, it prints the seed and what the processes said last.</summary>
public abstract class TownScenario(TownFixture fixture) : IAsyncDisposable
{
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected TownRun Town => fixture.Town;

    protected Books Books => fixture.Books;

    protected int Seed => fixture.Seed;

    protected ShopperOptions Shoppers => Town.Shoppers(Seed);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}\n{Town.Tail()}");
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>One walk of a number and kind, noted in the books.</summary>
    protected async Task<WalkFacts> WalkAsync(int number, WalkKind kind)
    {
        var facts = await Walk.RunAsync(Shoppers, number, kind, Cancelled);
        Books.Note(facts);
        return facts;
    }

    /// <summary>As many walks of each kind, side by side; each customer walks one of them only.</summary>
    protected async Task<IReadOnlyList<WalkFacts>> WalkEachKindAsync(int times) => await Task.WhenAll(
        Enum.GetValues<WalkKind>().SelectMany(kind => Enumerable.Range(0, times).Select(i => WalkAsync(((int)kind * 50) + i, kind))));

    /// <summary>Waits until some more of the crowd's walks have ended.</summary>
    protected static Task MoreWalksAsync(ShopperCrowd crowd)
    {
        const int Some = 2;
        var before = crowd.Tally.Walks;
        return Eventually.TrueAsync(
            "more walks end", () => Task.FromResult(crowd.Tally.Walks >= before + Some ? null : crowd.Tally.ToString()), Cancelled);
    }

    /// <summary>Lets nobody in any more and waits for who is inside; all is noted in the books, and everybody must be content.</summary>
    protected async Task CloseAsync(ShopperCrowd crowd, Task walking)
    {
        crowd.Close();
        await walking;
        foreach (var walk in crowd.Walks)
        {
            Books.Note(walk);
        }

        ShouldBeContent(crowd.Walks);
    }

    /// <summary>They ended, and the shop did nothing to them that a shop must not do.</summary>
    protected static void ShouldBeContent(IEnumerable<WalkFacts> walks) => Assert.All(walks, walk =>
    {
        Assert.Null(walk.Broken);
        Assert.Empty(walk.Oddities);
    });
}
