using System.Text.Json.Nodes;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>
/// What holds for whatever is polled with a cursor: nothing is lost at equal times, by clocks that differ, or on a page that shifts while it is read; a
/// fault is never an empty page, and a bad entry holds up no other.
/// </summary>
public abstract class PollSourceContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    /// <summary>How many entries the stub puts on a page; 0: it has no pages.</summary>
    protected abstract int PageSize { get; }

    /// <summary>How long the connector lets pass until it reads again.</summary>
    protected virtual TimeSpan ReadsEvery => TimeSpan.Zero;

    /// <summary>How far the vendor's times may be behind what was told already.</summary>
    protected virtual TimeSpan Skew => TimeSpan.FromMinutes(1);

    /// <summary>Is it the call that reads a page? The faults hit that one.</summary>
    protected abstract bool IsPage(StubRequest request);

    /// <summary>The entries in such a page as the vendor writes them.</summary>
    protected abstract JsonArray Entries(JsonNode page);

    /// <summary>The vendor has the n-th entry now, or has it changed.</summary>
    private protected abstract void Put(int number, int pieces, DateTimeOffset changedAt);

    /// <summary>How the n-th entry is told.</summary>
    private protected abstract string Text(int number, int pieces);

    private protected abstract Task<CallOutcome<PolledPage>> FetchAsync(DateTimeOffset since, string? page);

    private static DateTimeOffset Begin { get; } = new(2027, 1, 31, 0, 0, 0, TimeSpan.Zero);

    private int Many => (Math.Max(PageSize, 1) * 2) + 1;

    [Fact]
    public async Task Fetch_SeveralPages_TellsAll()
    {
        Fill(Many);

        var told = await ReadAsync(Begin);

        Assert.Equal(All(Many), told.Entries.Order(StringComparer.Ordinal).Distinct());
    }

    [Fact]
    public async Task Fetch_ChangedSince_IsToldFromTheCursorOn()
    {
        Fill(Many);
        var cursor = (await ReadAsync(Begin)).Cursor;
        Restart();
        Put(1, 77, cursor + TimeSpan.FromMinutes(2));

        Assert.Contains(Text(1, 77), (await ReadAsync(cursor)).Entries);
    }

    [Fact]
    public async Task Fetch_EqualTimes_LosesNone()
    {
        var at = Begin + TimeSpan.FromMinutes(1);
        for (var i = 0; i < Many; i++)
        {
            Put(i, 10, at);
        }

        var first = await ReadAsync(Begin);
        Assert.Equal(Many, first.Entries.Distinct().Count());

        // One more at the very time at which the last poll ended.
        Put(Many, 10, at);
        Assert.Contains(Text(Many, 10), (await ReadAsync(first.Cursor)).Entries);
    }

    [Fact]
    public async Task Fetch_ClockBehindWhatWasTold_LosesNone()
    {
        Fill(Many);
        var cursor = (await ReadAsync(Begin)).Cursor;

        // Its transaction began before the newest that we know, and became visible after it.
        Put(Many, 10, cursor - Skew);

        Assert.Contains(Text(Many, 10), (await ReadAsync(cursor)).Entries);
    }

    [Fact]
    public async Task Fetch_PageShiftsWhileRead_LosesNone()
    {
        Assert.SkipWhen(PageSize == 0, "The vendor has no pages.");
        Fill(Many);
        var first = await ReadAsync(Begin, afterFirst: () =>
        {
            Put(0, 77, Changed(Many));
            Put(Many, 10, Changed(Many + 1));
        });

        var next = await ReadAsync(first.Cursor - Skew);
        Assert.Empty(All(Many + 1).Except(first.Entries).Except(next.Entries).Except([Text(0, 10)]));
        Assert.Contains(Text(0, 77), first.Entries.Concat(next.Entries));
    }

    [Theory]
    [MemberData(nameof(EffectFaults.All), MemberType = typeof(EffectFaults))]
    public async Task Fetch_FaultOnAnyPage_IsNeverAnEmptyPage(string fault)
    {
        Fill(Many);
        Stub.Fail(EffectFaults.Of(fault), IsPage, times: 2);
        Outcome.Of(await EndAsync(FetchAsync(Begin, null))).Is("NotDone", "Unknown");
        Heal();

        if (PageSize > 0)
        {
            // In the middle: the first page is there, the second goes wrong.
            var first = Page(await EndAsync(FetchAsync(Begin, null)));
            Assert.NotNull(first.Next);
            Stub.Fail(EffectFaults.Of(fault), IsPage, times: 2);
            Outcome.Of(await EndAsync(FetchAsync(Begin, first.Next))).Is("NotDone", "Unknown");
            Heal();
        }

        Assert.Equal(Many, (await ReadAsync(Begin)).Entries.Distinct().Count());
    }

    [Fact]
    public async Task Fetch_UnknownFields_TellsTheSame()
    {
        Fill(Many);
        Stub.Fail(StubFault.Json("unknown fields", JsonChanges.AddUnknownFields), IsPage, times: 1000);

        Assert.Equal(Many, (await ReadAsync(Begin)).Entries.Distinct().Count());
    }

    [Fact]
    public async Task Fetch_NullWhereForbidden_HoldsUpNoOther()
    {
        var count = PageSize == 0 ? 2 : Math.Min(2, PageSize);
        Fill(count);
        var paths = new List<string>();
        Stub.Fail(StubFault.Json("read", node => paths.AddRange(JsonChanges.Paths(Entries(node)[0]!).Prepend(Entries(node)[0]!.GetPath()))), IsPage);
        await ReadAsync(Begin);
        Assert.NotEmpty(paths);

        foreach (var path in paths.Take(40))
        {
            Stub.Fail(StubFault.Json($"null at {path}", node => JsonChanges.SetNull(node, path)), IsPage);
            var told = (await ReadAsync(Begin)).Entries;
            Stub.Heal();
            Assert.True(Enumerable.Range(1, count - 1).All(i => told.Contains(Text(i, 10))), $"With null at {path}, another entry is lost.");
        }
    }

    [Fact]
    public async Task Fetch_VendorSendsOurSecretsBack_TellsThemToNobody()
    {
        Stub.Fail(StubFault.Echo, IsPage, times: 2);

        var outcome = Outcome.Of(await EndAsync(FetchAsync(Begin, null))).Is("Refused", "NotDone", "Unknown");

        Bench.AssertNoSecretIn([outcome.Reason, .. Bench.Log.Lines, .. Bench.LastErrors]);
    }

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Put(i, 10, Changed(i));
        }
    }

    private static DateTimeOffset Changed(int number) => Begin + TimeSpan.FromSeconds(60 + number);

    private IEnumerable<string> All(int count) => Enumerable.Range(0, count).Select(i => Text(i, 10)).Order(StringComparer.Ordinal);

    private void Heal()
    {
        Stub.Heal();
        Bench.Time.Advance(TimeSpan.FromMinutes(2));
    }

    /// <summary>A whole poll, and where the plane would ask from next.</summary>
    private async Task<(List<string> Entries, DateTimeOffset Cursor)> ReadAsync(DateTimeOffset since, Action? afterFirst = null)
    {
        Bench.Time.Advance(ReadsEvery);
        var entries = new List<string>();
        var cursor = since;
        string? next = null;
        for (var pages = 1; pages == 1 || next is not null; pages++)
        {
            var page = Page(await EndAsync(FetchAsync(since, next)));
            entries.AddRange(page.Entries);
            cursor = page.Latest > cursor ? page.Latest.Value : cursor;
            next = page.Next;
            if (pages == 1)
            {
                afterFirst?.Invoke();
            }

            Assert.True(pages < 1000, "The pages have no end.");
        }

        return (entries, cursor);
    }

    private static PolledPage Page(CallOutcome<PolledPage> outcome) => outcome is CallOutcome<PolledPage>.Done { Value: var page }
        ? page
        : throw new Xunit.Sdk.XunitException($"The page did not come: {outcome}");
}

/// <summary>A page as the contract compares it.</summary>
internal sealed record PolledPage(IReadOnlyList<string> Entries, DateTimeOffset? Latest, string? Next)
{
    public static CallOutcome<PolledPage> Of<T>(CallOutcome<T> outcome, Func<T, PolledPage> read) => outcome switch
    {
        CallOutcome<T>.Done done => new CallOutcome<PolledPage>.Done(read(done.Value)),
        CallOutcome<T>.Refused refused => new CallOutcome<PolledPage>.Refused(refused.Reason),
        CallOutcome<T>.NotDone notDone => new CallOutcome<PolledPage>.NotDone(notDone.Reason, notDone.After),
        CallOutcome<T>.Unknown unknown => new CallOutcome<PolledPage>.Unknown(unknown.Reason),
        _ => throw new InvalidOperationException($"{outcome}"),
    };
}
