using System.Net;
using CsCheck;
using Hub.Control.Mirroring;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Hub.Control.Tests.Running;
using Hub.Placement;
using Microsoft.Extensions.DependencyInjection;
using Refit;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

[Trait("Rule", "19")]
public sealed class ReadinessTests
{
    private static readonly byte[] Variety = [7, .. new byte[VarietySketch.Length - 1]];

    [Fact]
    public async Task Readiness_NoSample_IsUnknown()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        await MirrorAsync(control, on: true);

        var readiness = await control.Api.GetReadinessAsync("catalog", Cancel);

        Assert.True(readiness.Mirrored);
        Assert.Equal((0, null, null), (readiness.Samples, readiness.Share, readiness.AtLeast));
        Assert.Equal(["product"], readiness.Unknown);
    }

    [Fact]
    public async Task Readiness_SamplesOfTwoPlanes_AreSummedAndSurviveARestart()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        await MirrorAsync(control, on: true);
        await TakeAsync(control, "gw-1", Sums(control, "v1", samples: 60, agreed: 59));
        await TakeAsync(control, "gw-2", Sums(control, "v1", samples: 40, agreed: 40));
        // Told again, as each second: state, not increments.
        await TakeAsync(control, "gw-2", Sums(control, "v1", samples: 40, agreed: 40));

        var before = await control.Api.GetReadinessAsync("catalog", Cancel);
        await control.StopAsync();
        await control.StartAsync();
        var after = await control.Api.GetReadinessAsync("catalog", Cancel);

        Assert.Equal((100, 99, 0.99), (before.Samples, before.Agreed, before.Share));
        Assert.Equal(0.9455, before.AtLeast!.Value, 0.0005);
        Assert.Equal((before.Samples, before.Agreed, before.Variety), (after.Samples, after.Agreed, after.Variety));
    }

    [Fact]
    public async Task Readiness_NewBuild_StartsAnew()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        await MirrorAsync(control, on: true);
        await TakeAsync(control, "gw-1", Sums(control, "v1", samples: 1_000, agreed: 1_000));
        await TakeAsync(control, "gw-1", Sums(control, "v2", samples: 3, agreed: 2));

        var readiness = await control.Api.GetReadinessAsync("catalog", Cancel);

        // While both builds answer, the one with fewer samples decides.
        Assert.Equal((3, 2), (readiness.Samples, readiness.Agreed));
        Assert.Equal("v2", Assert.Single(readiness.Routes).NewBuild);
    }

    [Fact]
    public async Task Readiness_MirroringTurnedOffAndOn_StartsAnew()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        await MirrorAsync(control, on: true);
        await TakeAsync(control, "gw-1", Sums(control, "", samples: 1_000, agreed: 1_000));
        await MirrorAsync(control, on: false);
        await MirrorAsync(control, on: true);

        Assert.Null((await control.Api.GetReadinessAsync("catalog", Cancel)).Share);
    }

    [Fact]
    public async Task Mirror_WhileFrozen_TurnsOffAndNotOn()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await control.ApplyAsync();
        await MirrorAsync(control, on: true);
        await control.Api.FreezeAsync(new FreezeRequest(TimeProvider.System.GetUtcNow().AddHours(1)), Cancel);

        var off = await control.Api.MirrorGroupAsync("catalog", new MirrorGroup(On: false, "test"), null, Cancel);
        var refused = await Assert.ThrowsAnyAsync<ApiException>(() => MirrorAsync(control, on: true));

        Assert.Equal(["catalog: mirrored → not mirrored"], off.Changes);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal("group mirror", (await control.Api.GetAuditAsync(cancellationToken: Cancel)).First(row => row.Action != "freeze").Action);
    }

    [Fact]
    public void Newest_RandomHistories_AgreesWithTheReference() => Gen.Select(
        Gen.String[Gen.Char["ab"], 1, 1], Gen.Int[0, 200], Gen.Int[0, 50], Gen.Int[0, 50]).List[1, 30].Sample(history =>
    {
        // The reference walks the samples; the code gets what two planes count from them, each pair whole.
        var start = DateTimeOffset.UnixEpoch;
        var planes = new List<RouteSums>[] { [], [] };
        var samples = new List<(string Build, bool Agreed, DateTimeOffset At)>();
        foreach (var (build, minute, agreed, not) in history)
        {
            var at = start.AddMinutes(minute);
            planes[minute % 2].Add(new RouteSums("g", "r", "", build, "1", agreed + not, agreed, 0, agreed + not, Variety, at, at));
            samples.AddRange(Enumerable.Range(0, agreed + not).Select(i => (build, i < agreed, at)));
        }

        var totals = RouteTotals.Newest(planes.SelectMany(plane => plane))!;

        var newest = history.Max(step => step.Item2);
        var answering = history.Where(step => step.Item2 >= newest - 1).Select(step => step.Item1).Distinct();
        var expected = answering.Select(build => samples.Where(sample => sample.Build == build).ToList()).MinBy(own => own.Count)!;
        Assert.Equal((expected.Count, expected.Count(sample => sample.Agreed)), (totals.Samples, totals.Agreed));
    });

    [Fact]
    public void Variety_DistinctThings_AreCountedInBoundedRoom()
    {
        foreach (var distinct in new[] { 0, 1, 10, 100, 1_000 })
        {
            // A seed of its own: what is random here must not fail by chance.
            var random = new Random(distinct);
            var hashes = Enumerable.Range(0, distinct).Select(_ => (ulong)random.NextInt64()).ToList();
            var (sketch, other) = (new byte[VarietySketch.Length], new byte[VarietySketch.Length]);
            for (var i = 0; i < distinct * 5; i++)
            {
                // Each thing five times, over two planes.
                VarietySketch.Add(i % 2 == 0 ? sketch : other, hashes[i % distinct]);
            }

            VarietySketch.Merge(sketch, other);
            Assert.InRange(VarietySketch.Estimate(sketch), (long)(distinct * 0.9), (long)(distinct * 1.1));
        }
    }

    private static RouteSums Sums(TestControl control, string build, long samples, long agreed)
    {
        var wanted = control.Services.GetRequiredService<RevisionLog>().Current;
        var group = wanted.Document.Config.Groups["catalog"];
        var now = TimeProvider.System.GetUtcNow();
        return new RouteSums(
            "catalog", "product", "", build, MirrorRules.Name(group, group.Routes["product"], wanted.Revision.Groups["catalog"].MirroredSince),
            samples, agreed, 0, samples, Variety, now.AddMinutes(-5), now);
    }

    private static ValueTask TakeAsync(TestControl control, string plane, RouteSums sums) =>
        control.Services.GetRequiredService<ReadinessStore>().TakeAsync(
            new PlaneReport(plane, RevisionId.None, [], [], ApiToken: $"token of {plane}", Mirrored: [sums]));

    private static async Task<FlipResult> MirrorAsync(TestControl control, bool on) => await control.Api.MirrorGroupAsync(
        "catalog", new MirrorGroup(on, "test"), $"\"{await control.RevisionAsync()}\"", Cancel);
}
