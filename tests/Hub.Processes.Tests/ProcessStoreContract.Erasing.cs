using System.Collections.Immutable;
using Hub.Processes.Erasing;

namespace Hub.Processes.Tests;

/// <remarks>What is kept of a process can be read as a whole, and rewritten once nothing of it is under way.</remarks>
public abstract partial class ProcessStoreContract
{
    [Fact]
    public async Task Texts_OfAProcess_AreAllThatIsKept()
    {
        await FinishAsync("a");
        await _bench.Store.BuryAsync(new ProcessMessage("list", "a", "2", "bad", "buried"), "Why not.", Cancel);

        var texts = await _bench.Store.GetTextsAsync("list", "a", Cancel);

        Assert.Equal(
            [KeptIn.State, KeptIn.Message, KeptIn.Effect, KeptIn.Detail, KeptIn.Reference, KeptIn.DeadLetter, KeptIn.DeadLetterReason],
            texts.Select(text => text.In).Distinct());
        Assert.Contains(new KeptText(KeptIn.Message, "go", "\"go 1\""), texts);
        Assert.Contains(new KeptText(KeptIn.Reference, "post", "ref-1"), texts);
        Assert.Contains(new KeptText(KeptIn.DeadLetterReason, "bad", "Why not."), texts);
    }

    [Fact]
    public async Task FindByText_AnyPlaceAndCase_FindsTheProcess()
    {
        await FinishAsync("a");
        await FinishAsync("b");
        await _bench.Store.BuryAsync(new ProcessMessage("list", "c", "1", "bad", "{ Ada@Town.Example }"), "Broken.", Cancel);
        _bench.Receive(new ProcessMessage("list", "b", "3", "note", "\"ada@town.example\""));

        Assert.Equal(
            ["b", "c"], (await _bench.Store.FindByTextAsync(["ADA@town.example"], Cancel)).Select(found => found.Key).Order());
        Assert.Equal(
            ["a", "b"], (await _bench.Store.FindByTextAsync(["REF-1", "nowhere"], Cancel)).Where(found => found.Process == "list").Select(found => found.Key).Order());
        Assert.Empty(await _bench.Store.FindByTextAsync(["%"], Cancel));
    }

    [Fact]
    public async Task Rewrite_Ended_ChangesEachTextAndSettlesItsDeadLetters()
    {
        await FinishAsync("a");
        await FinishAsync("b");
        await _bench.Store.BuryAsync(new ProcessMessage("list", "a", "2", "bad", "buried"), "Why not.", Cancel);
        var before = await _bench.Store.GetTextsAsync("list", "b", Cancel);
        var updated = _bench.Find("a")!.UpdatedAt;
        _bench.Time.Advance(TimeSpan.FromDays(1));

        Assert.True(await _bench.Store.RewriteAsync("list", "a", "by Ada", texts => [.. texts.Select(text => text.In == KeptIn.State ? "[\"gone\"]" : "gone")], Cancel));

        Assert.Equal(["gone"], _bench.Heard("a"));
        var texts = await _bench.Store.GetTextsAsync("list", "a", Cancel);
        Assert.Equal([new KeptText(KeptIn.Detail, "personal data", "by Ada")], texts.Where(text => text.Text is not ("gone" or "[\"gone\"]")));
        Assert.Empty(_bench.Letters());
        Assert.Equal(updated, _bench.Find("a")!.UpdatedAt);
        Assert.Equal(before, await _bench.Store.GetTextsAsync("list", "b", Cancel));
        Assert.False(_bench.Go("a"), "A message that was taken in before was taken in again.");
    }

    [Fact]
    public async Task Rewrite_UnderWay_ChangesNothing()
    {
        _bench.Go("a");

        Assert.False(await _bench.Store.RewriteAsync("list", "a", "by Ada", texts => [.. texts.Select(_ => "gone")], Cancel));

        Assert.Equal([new KeptText(KeptIn.Message, "go", "\"go 1\"")], await _bench.Store.GetTextsAsync("list", "a", Cancel));
    }

    [Fact]
    public async Task Rewrite_ThatFails_ChangesNothing()
    {
        await FinishAsync("a");
        var before = await _bench.Store.GetTextsAsync("list", "a", Cancel);

        await Assert.ThrowsAsync<FormatException>(() => _bench.Store.RewriteAsync("list", "a", "by Ada", _ => throw new FormatException(), Cancel));

        Assert.Equal(before, await _bench.Store.GetTextsAsync("list", "a", Cancel));
    }

    [Fact]
    public async Task ListEnded_ByStatusTimeAndKey_GivesWhatWasNotRewritten()
    {
        foreach (var key in new[] { "x/1", "x/2", "y/1" })
        {
            await FinishAsync(key);
        }

        await _bench.Store.BuryAsync(new ProcessMessage("list", "x/3", "1", "bad", "buried"), "Why not.", Cancel);
        var status = _bench.Find("x/1")!.Status;
        var ended = _bench.Time.GetUtcNow();
        _bench.Time.Advance(TimeSpan.FromDays(1));
        _bench.Receive(new ProcessMessage("list", "x/4", "1", "note", "\"late\""));
        await _bench.UntilAsync(() => _bench.Heard("x/4").Length == 1);

        Task<ImmutableArray<string>> AskAsync(EndedQuery query) => _bench.Store.ListEndedAsync(query, Cancel);
        var query = new EndedQuery("list", "", [status], ended);
        Assert.Equal(["x/1", "x/2", "x/3", "y/1"], await AskAsync(query));
        Assert.Equal(["x/2", "x/3"], await AskAsync(query with { Prefix = "x/", After = "x/1" }));
        Assert.Equal(["x/1"], await AskAsync(query with { Take = 1 }));
        Assert.Equal(["x/3"], await AskAsync(query with { Statuses = ["elsewhere"] }));
        Assert.Empty(await AskAsync(query with { Before = ended - TimeSpan.FromDays(1) }));

        foreach (var key in new[] { "x/1", "x/3" })
        {
            await _bench.Store.RewriteAsync("list", key, "by Ada", texts => [.. texts.Select(text => text.Text)], Cancel);
        }

        Assert.Equal(["x/2", "y/1"], await AskAsync(query));

        // What comes after is rewritten in its turn.
        _bench.Receive(new ProcessMessage("list", "x/1", "late", "note", "\"late\""));
        await _bench.UntilAsync(() => _bench.Heard("x/1").Contains("late"));
        Assert.Equal(["x/1", "x/2", "x/4", "y/1"], await AskAsync(query with { Before = _bench.Time.GetUtcNow() }));
    }

    private async Task FinishAsync(string key)
    {
        _bench.Go(key);
        await _bench.KillAsync();
        _bench.Start(_bench.PostOnce((call, _) => _bench.Do(call)));
        await _bench.UntilAsync(() => _bench.Heard(key).Length == 2 && _bench.NothingWaits());
    }
}
