using System.Collections.Concurrent;
using System.Net;
using Hub.Control.Protocol;
using Hub.Town.Shoppers;

namespace Hub.Acceptance;

public sealed class When_flips_come_while_shoppers_shop(TownOfPlanes fixture) : TownScenario(fixture), IClassFixture<TownOfPlanes>
{
    private const int Flips = 60;
    private const int Visitors = 8;

    private readonly ConcurrentBag<Look> _looks = [];

    [Fact]
    public async Task Should_place_nothing_by_an_old_revision_after_the_ack()
    {
        var random = new Random(Seed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        using var crowd = new ShopperCrowd(Shoppers, rate: 1);
        var walking = crowd.RunAsync(walks: null, first: 0, Cancelled);
        var looking = Task.WhenAll(Enumerable.Range(0, Visitors).Select(visitor => LookAsync(visitor, stop.Token)));
        var acks = new List<(long At, RevisionId Revision, int Share)>();
        for (var i = 0; i < Flips; i++)
        {
            var share = random.Next(0, 101);
            var flip = await Town.ShiftAsync("catalog", share);
            Assert.True(flip.Acknowledged, flip.Serving.ToString());
            acks.Add((TimeProvider.System.GetTimestamp(), flip.Revision, share));
            await Task.Delay(random.Next(1, 40), Cancelled);
        }

        await stop.CancelAsync();
        await looking;
        await CloseAsync(crowd, walking);
        Assert.All(crowd.Walks, walk => Assert.Empty(walk.Hiccups));
        await JudgeAsync(acks);
        await Books.ShouldAgreeAsync(Cancelled);
    }

    /// <summary>
    /// By what control explains of each answer: its revision is none that an ack had ended before it was asked for; and of
    /// each visitor, every share that left them at legacy is below every share that took them to New, so that one bucket
    /// explains all.
    /// </summary>
    private async Task JudgeAsync(List<(long At, RevisionId Revision, int Share)> acks)
    {
        var shares = acks.DistinctBy(ack => ack.Revision).ToDictionary(ack => ack.Revision, ack => ack.Share);
        var placed = new List<(int Visitor, int Share, string Side)>();
        foreach (var look in _looks)
        {
            var why = await Town.Control.ExplainAsync(new ExplainRequest(look.RequestId), Cancelled);
            var ended = acks.LastOrDefault(ack => ack.At < look.Sent).Revision.Number;
            Assert.True(why.Revision.Number >= ended, $"placed by {why.Revision.Number} after the ack of {ended}: {why}");
            Assert.Equal(look.Side, why.Side);
            if (shares.TryGetValue(why.Revision, out var share))
            {
                placed.Add((look.Visitor, share, look.Side));
            }
        }

        Assert.True(placed.Count > Flips, $"only {placed.Count} looks");
        Assert.All(placed.GroupBy(look => look.Visitor), visitor =>
        {
            var legacy = visitor.Where(look => look.Side == "legacy").Select(look => look.Share).DefaultIfEmpty(-1).Max();
            var @new = visitor.Where(look => look.Side == "new").Select(look => look.Share).DefaultIfEmpty(101).Min();
            Assert.True(legacy < @new, $"visitor {visitor.Key}: legacy at {legacy} %, New at {@new} %");
        });
    }

    private async Task LookAsync(int number, CancellationToken stop)
    {
        using var visitor = new Visitor(Town.Gateways[number % Town.Gateways.Length]);
        await visitor.GetAsync("");
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!stop.IsCancellationRequested)
        {
            var sent = TimeProvider.System.GetTimestamp();
            var seen = await visitor.GetAsync("");
            Assert.Equal(HttpStatusCode.OK, seen.Status);
            _looks.Add(new Look(number, sent, seen.RequestId, seen.Side!));
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private sealed record Look(int Visitor, long Sent, string RequestId, string Side);
}
