using Hub.Gateway.Limits;
using Hub.Placement.Config;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Limits;

public sealed class SeatsTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Fact]
    public void Take_BrowsingFillsItsPart_LeavesWhatIsKeptToCheckout()
    {
        var seats = Of(most: 10, kept: 20);

        Assert.Equal(8, Enumerable.Range(0, 20).Count(_ => seats.TryTake(Priority.Browse)));
        Assert.True(seats.TryTake(Priority.Account));
        Assert.False(seats.TryTake(Priority.Account));
        Assert.True(seats.TryTake(Priority.Checkout));
        Assert.False(seats.TryTake(Priority.Checkout));
        Assert.Equal(10, seats.Held);
    }

    [Fact]
    public void Take_Crawlers_HaveAQuarterOfWhatBrowsingHas()
    {
        var seats = Of(most: 10, kept: 20);

        Assert.Equal(2, Enumerable.Range(0, 20).Count(_ => seats.TryTake(Priority.Crawler)));
        Assert.True(seats.TryTake(Priority.Browse));
    }

    [Fact]
    public async Task Release_WhileBothWait_ServesCheckoutBeforeWhoBrowsed()
    {
        var seats = Full(1, Priority.Checkout);
        var browsing = seats.TakeAsync(Priority.Browse, since: 0, Never).AsTask();
        var paying = seats.TakeAsync(Priority.Checkout, since: 5, Never).AsTask();

        seats.Release(Priority.Checkout);

        Assert.True(await paying);
        Assert.False(browsing.IsCompleted);
    }

    [Fact]
    public async Task Release_CheckoutNeverEnds_StillServesWhoBrowses()
    {
        var seats = Full(4, Priority.Checkout);
        var browsing = seats.TakeAsync(Priority.Browse, since: 0, Never).AsTask();
        for (var i = 1; !browsing.IsCompleted; i++)
        {
            Assert.True(i < 10, "Nine seats came free, and the one who waits longest got none of them.");
            var paying = seats.TakeAsync(Priority.Checkout, since: i, Never).AsTask();
            seats.Release(Priority.Checkout);
            await Task.WhenAny(paying, browsing);
        }

        Assert.True(await browsing);
    }

    [Fact]
    public async Task Release_TwoBrowse_TheOneWithTheOlderPlaceComesFirst()
    {
        var seats = Full(1, Priority.Browse);
        var newcomer = seats.TakeAsync(Priority.Browse, since: 900, Never).AsTask();
        var waitedBefore = seats.TakeAsync(Priority.Browse, since: 100, Never).AsTask();

        seats.Release(Priority.Browse);

        Assert.True(await waitedBefore);
        Assert.False(newcomer.IsCompleted);
    }

    [Fact]
    public async Task Queue_Full_IsNeverLongerAndGoesToThoseWithMoreRightToIt()
    {
        var seats = Full(1, Priority.Checkout, queue: 2);
        var crawler = seats.TakeAsync(Priority.Crawler, since: 0, Never).AsTask();
        var visitor = seats.TakeAsync(Priority.Browse, since: 50, Never).AsTask();

        var customer = seats.TakeAsync(Priority.Checkout, since: 99, Never).AsTask();
        Assert.False(await crawler);
        var later = seats.TakeAsync(Priority.Browse, since: 60, Never).AsTask();
        Assert.False(await later);
        var earlier = seats.TakeAsync(Priority.Browse, since: 40, Never).AsTask();
        Assert.False(await visitor);

        Assert.Equal(2, seats.Waiting);
        Assert.False(customer.IsCompleted || earlier.IsCompleted);
    }

    [Fact]
    public async Task Wait_Over_RefusesAndLeavesTheQueue()
    {
        var seats = Full(1, Priority.Browse);
        var waiting = seats.TakeAsync(Priority.Browse, since: 0, Never).AsTask();

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(await waiting);
        Assert.Equal(0, seats.Waiting);
        seats.Release(Priority.Browse);
        Assert.Equal(0, seats.Held);
    }

    [Fact]
    public async Task Client_GoesAwayWhileItWaits_LeavesTheQueue()
    {
        var seats = Full(1, Priority.Browse);
        using var gone = new CancellationTokenSource();
        var waiting = seats.TakeAsync(Priority.Browse, since: 0, gone.Token).AsTask();

        await gone.CancelAsync();

        Assert.False(await waiting);
        Assert.Equal(0, seats.Waiting);
    }

    [Fact]
    public async Task ManyAtOnce_TakeAndRelease_NeverMoreThanThereAre()
    {
        var seats = new Seats(5, 20, 50, TimeSpan.FromMinutes(1), TimeProvider.System);
        var (held, most) = (0, 0);

        await Parallel.ForAsync(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 40, CancellationToken = Never }, async (i, _) =>
        {
            var priority = (Priority)(i % 4);
            Assert.True(await seats.TakeAsync(priority, i, Never));
            var now = Interlocked.Increment(ref held);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref held);
            seats.Release(priority);
        });

        Assert.InRange(most, 1, 5);
        Assert.Equal((0, 0), (seats.Held, seats.Waiting));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private Seats Of(int most, int kept, int queue = 10) => new(most, kept, queue, TimeSpan.FromSeconds(2), _time);

    private Seats Full(int most, Priority with, int queue = 10)
    {
        var seats = Of(most, kept: 0, queue);
        for (var i = 0; i < most; i++)
        {
            Assert.True(seats.TryTake(with));
        }

        return seats;
    }
}
