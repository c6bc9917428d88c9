namespace Hub.Processes.Tests;

/// <remarks>What was given up stays until a person has decided.</remarks>
public abstract partial class ProcessStoreContract
{
    [Fact]
    public async Task Settle_DeadMessageRetried_IsHandledAgain()
    {
        _bench.Receive(new ProcessMessage("list", "a", "1", "bad", "{}"));
        _bench.Start();
        await _bench.UntilAsync(() => _bench.Letters().Length == 1);
        var letter = _bench.Letters()[0];
        Assert.Equal((DeadLetterSource.Message, "a", false), (letter.Source, letter.Key, letter.MayHaveHappened));

        Assert.True(await _bench.Store.SettleDeadLetterAsync(letter.Id, new DeadLetterSettlement(true, "by Ada"), Cancel));
        Assert.False(await _bench.Store.SettleDeadLetterAsync(letter.Id, new DeadLetterSettlement(true, "by Bob"), Cancel));

        // It is as bad as before.
        await _bench.UntilAsync(() => _bench.Letters() is [var next] && next.Id != letter.Id);
        var settled = await _bench.Store.FindDeadLetterAsync(letter.Id, Cancel);
        Assert.Equal(("retried", "by Ada"), (settled!.Settled, settled.SettledBy));
        Assert.Equal(["dead letter", "retried", "dead letter"], _bench.Journal("a").Select(entry => entry.Outcome));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Settle_DeadEffectRetried_IsLookedUpBeforeItRunsAgain(bool doneByHand)
    {
        var down = true;
        _bench.Go("a");
        _bench.Start(_bench.PostOnce((call, _) => down ? Task.FromResult<EffectOutcome>(new EffectOutcome.Again("Down.")) : _bench.Do(call)));
        await _bench.UntilAsync(() => _bench.Find("a")?.Waiting is { } waiting && waiting.Contains("Down.", StringComparison.Ordinal));
        _bench.Time.Advance(TimeSpan.FromDays(1));
        await _bench.UntilAsync(() => _bench.Letters().Length == 1 && _bench.Heard("a").Length == 2);
        if (doneByHand)
        {
            await _bench.Do(new EffectCall("list", "a", "post", "", 1));
        }

        down = false;
        Assert.True(await _bench.Store.SettleDeadLetterAsync(_bench.Letters()[0].Id, new DeadLetterSettlement(true, "by Ada"), Cancel));
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 3);

        Assert.Equal(["a"], _bench.Done);
        Assert.Equal(["a"], _bench.LookedUp);
        Assert.Empty(_bench.Letters());
    }

    [Fact]
    public async Task Settle_WithAMessage_TellsTheProcessAndLeavesTheEffect()
    {
        _bench.Go("a");
        _bench.Start(_bench.PostOnce((_, _) => Task.FromResult<EffectOutcome>(new EffectOutcome.Again("Down."))));
        await _bench.UntilAsync(() => _bench.Find("a")?.Waiting is { } waiting && waiting.Contains("Down.", StringComparison.Ordinal));
        _bench.Time.Advance(TimeSpan.FromDays(1));
        await _bench.UntilAsync(() => _bench.Letters().Length == 1 && _bench.Heard("a").Length == 2);

        await _bench.Store.SettleDeadLetterAsync(
            _bench.Letters()[0].Id, new DeadLetterSettlement(true, "by Ada", new EffectReply("note", "\"go on\"")), Cancel);
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 3);

        Assert.Equal("go on", _bench.Heard("a")[2]);
        Assert.True(_bench.NothingWaits());
    }

    [Fact]
    public async Task Settle_Discarded_IsDoneWith()
    {
        await _bench.Store.BuryAsync(new ProcessMessage("list", "a", "1", "go", "{"), "It is no JSON.", Cancel);

        Assert.True(await _bench.Store.SettleDeadLetterAsync(_bench.Letters()[0].Id, new DeadLetterSettlement(false, "by Ada"), Cancel));
        Assert.Empty(_bench.Letters());
        Assert.Null(await _bench.Store.FindDeadLetterAsync("list", "a", Cancel));
        Assert.Null(await _bench.Store.FindDeadLetterAsync(4711, Cancel));
    }
}
