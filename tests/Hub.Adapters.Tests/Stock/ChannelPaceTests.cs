using Hub.Adapters.Stock;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Adapters.Tests.Stock;

public sealed class ChannelPaceTests
{
    [Fact]
    public async Task Turn_ManyAtOnceOnAClockThatJumps_AreNeverNearerThanThePace()
    {
        var time = new FakeTimeProvider();
        using var pace = new ChannelPace(5, time);
        var calls = new System.Collections.Concurrent.ConcurrentQueue<DateTimeOffset>();
        var turns = Enumerable.Range(0, 20).Select(async _ =>
        {
            await pace.TurnAsync(TestContext.Current.CancellationToken);
            calls.Enqueue(time.GetUtcNow());
        }).ToList();
        var random = new Random(1);
        while (!Task.WhenAll(turns).IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(random.Next(700)));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.All(calls.Zip(calls.Skip(1)), two => Assert.True(two.Second - two.First >= TimeSpan.FromSeconds(0.2)));
        Assert.Equal(20, calls.Count);
    }

    [Fact]
    public void Failed_AgainAndAgain_RestsLongerAndTellsTheFirst()
    {
        var time = new FakeTimeProvider();
        using var pace = new ChannelPace(1, time);

        Assert.Equal((time.GetUtcNow().AddSeconds(1), true), pace.Failed(null));
        Assert.Equal((time.GetUtcNow().AddSeconds(2), false), pace.Failed(null));
        Assert.Equal((time.GetUtcNow().AddSeconds(30), false), pace.Failed(TimeSpan.FromSeconds(30)));
        Assert.Equal(TimeSpan.FromSeconds(30), pace.Pause);
        pace.Answered();
        Assert.True(pace.Failed(null).First);
        Assert.Equal(TimeSpan.FromMinutes(1), ChannelPace.BackOff(40));
    }
}
