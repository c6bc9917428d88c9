using System.Collections.Concurrent;
using System.Net;
using Hub.Control.Protocol;
using Hub.Running;

namespace Hub.Acceptance;

/// <summary>
/// Visitors who look at the shop's first page all the time, on any gateway that answers, while its group is flipped; and
/// the judgement of where each of their requests was placed.
/// </summary>
internal sealed class Looks(TownRun town) : IDisposable
{
    private readonly ConcurrentQueue<Look> _looks = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly List<Ack> _acks = [];
    private readonly CancellationTokenSource _closing = new();

    public int Count => _looks.Count;

    /// <summary>Requests that had no answer, in words.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Looks until <see cref="Close"/>.</summary>
    public Task RunAsync(int visitors, TimeSpan pace, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, visitors).Select(visitor => LookAsync(visitor, pace, cancellationToken)));

    public void Close() => _closing.Cancel();

    /// <summary>Shifts the group of the first page, and notes when that was acknowledged.</summary>
    public async Task ShiftAsync(string group, int share) => Note(await town.ShiftAsync(group, share), share);

    /// <summary>Notes that a flip of the first page's group was acknowledged; a rollback's share is 0.</summary>
    public void Note(FlipResult flip, int share)
    {
        Assert.True(flip.Acknowledged, flip.Serving.ToString());
        _acks.Add(new Ack(TimeProvider.System.GetTimestamp(), flip.Revision, share));
    }

    /// <summary>
    /// By what control explains of each answer: its revision is none that an ack had ended before it was asked for; and of
    /// each visitor, every share that left them at legacy is below every share that took them to New, so that one bucket
    /// explains all.
    /// </summary>
    public async Task JudgeAsync(CancellationToken cancellationToken)
    {
        await Eventually.TrueAsync(
            "all gateways are linked to control",
            async () => (await town.Control.GetPlanesAsync(cancellationToken)).Count(plane => plane is { Role: "gateway", Live: true }) is var live
                && live >= town.Gateways.Length ? null : $"{live} of {town.Gateways.Length}",
            cancellationToken);
        var shares = _acks.DistinctBy(ack => ack.Revision).ToDictionary(ack => ack.Revision, ack => ack.Share);
        var placed = new List<(int Visitor, int Share, string Side)>();
        foreach (var look in _looks)
        {
            var why = await town.Control.ExplainAsync(new ExplainRequest(look.RequestId), cancellationToken);
            var ended = _acks.LastOrDefault(ack => ack.At < look.Sent)?.Revision.Number ?? 0;
            Assert.True(why.Revision.Number >= ended, $"placed by {why.Revision.Number} after the ack of {ended}: {why}");
            Assert.Equal(look.Side, why.Side);
            if (shares.TryGetValue(why.Revision, out var share))
            {
                placed.Add((look.Visitor, share, look.Side));
            }
        }

        Assert.All(placed.GroupBy(look => look.Visitor), visitor =>
        {
            var legacy = visitor.Where(look => look.Side == "legacy").Select(look => look.Share).DefaultIfEmpty(-1).Max();
            var @new = visitor.Where(look => look.Side == "new").Select(look => look.Share).DefaultIfEmpty(101).Min();
            Assert.True(legacy < @new, $"visitor {visitor.Key}: legacy at {legacy} %, New at {@new} %");
        });
    }

    public void Dispose() => _closing.Dispose();

    private async Task LookAsync(int number, TimeSpan pace, CancellationToken cancellationToken)
    {
        using var visitor = new Visitor([.. town.Gateways.Skip(number % town.Gateways.Length), .. town.Gateways.Take(number % town.Gateways.Length)]);
        await visitor.GetAsync("");
        using var timer = new PeriodicTimer(pace);
        while (!_closing.IsCancellationRequested && await timer.WaitForNextTickAsync(cancellationToken))
        {
            var sent = TimeProvider.System.GetTimestamp();
            try
            {
                var seen = await visitor.GetAsync("");
                Assert.Equal(HttpStatusCode.OK, seen.Status);
                _looks.Enqueue(new Look(number, sent, seen.RequestId, seen.Side!));
            }
            catch (HttpRequestException cut)
            {
                _failures.Enqueue($"visitor {number}: {cut.Message} {cut.InnerException?.Message}");
            }
        }
    }

    private sealed record Look(int Visitor, long Sent, string RequestId, string Side);

    private sealed record Ack(long At, RevisionId Revision, int Share);
}
