using System.Text.Json;

namespace Hub.Processes.Tests;

public abstract partial class ProcessStoreContract
{
    [Fact]
    public async Task Pump_SameMessageTwice_HasOneEffect()
    {
        _bench.Go("a");
        _bench.Go("a");
        _bench.Start(_bench.PostOnce((call, _) => _bench.Do(call)));
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2);
        _bench.Go("a");
        await _bench.UntilAsync(() => _bench.NothingWaits());

        Assert.Equal(["go 1", "finished"], _bench.Heard("a"));
        Assert.Single(_bench.Done);
    }

    [Fact]
    public async Task Pump_EffectFails_TriesAgainWithBackOff()
    {
        var attempts = new List<DateTimeOffset>();
        _bench.Go("a");
        _bench.Start(ProcessBench.Post((call, _) =>
        {
            attempts.Add(_bench.Time.GetUtcNow());
            return call.Attempt < 4 ? Task.FromResult<EffectOutcome>(new EffectOutcome.Again("Busy.")) : _bench.Do(call);
        }));
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2);

        var waits = attempts.Zip(attempts.Skip(1), (one, other) => other - one).ToArray();
        Assert.True(waits[0] < waits[1] && waits[1] < waits[2], string.Join(", ", waits));
        Assert.Equal(
            [("go", 1, "heard"), ("post", 3, "failed"), ("post", 4, "done"), ("finished", 1, "heard")],
            _bench.Journal("a").Select(entry => (entry.Step, entry.Attempt, entry.Outcome)));
    }

    [Fact]
    public async Task Pump_VendorNamesATime_WaitsForIt()
    {
        var attempts = new List<DateTimeOffset>();
        _bench.Go("a");
        _bench.Start(ProcessBench.Post((call, _) =>
        {
            attempts.Add(_bench.Time.GetUtcNow());
            return call.Attempt == 1
                ? Task.FromResult<EffectOutcome>(new EffectOutcome.Again("Limit.", TimeSpan.FromMinutes(5))) : _bench.Do(call);
        }));
        await _bench.UntilAsync(() => attempts.Count == 2);

        Assert.True(attempts[1] - attempts[0] >= TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Pump_OutcomeUnknownAndItHappened_RunsItNoSecondTime()
    {
        var begun = _bench.Time.GetUtcNow();
        _bench.Go("a");
        _bench.Start(_bench.PostOnce(async (call, _) =>
        {
            await _bench.Do(call);
            return new EffectOutcome.Unknown("The answer did not come.");
        }));
        await _bench.UntilAsync(() => _bench.Journal("a").Any(entry => entry.Outcome == "unknown"), moving: false);
        Assert.Contains("The answer did not come.", _bench.Find("a")!.Waiting, StringComparison.Ordinal);
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2);

        Assert.Single(_bench.Done);
        Assert.Single(_bench.LookedUp);
        Assert.True(_bench.Time.GetUtcNow() - begun >= TimeSpan.FromSeconds(30), "It was looked up inside of the vendor's window.");
    }

    [Fact]
    public async Task Pump_OutcomeUnknownAndItDidNotHappen_RunsItAgainAfterTheLookUp()
    {
        _bench.Go("a");
        _bench.Start(_bench.PostOnce((call, _) =>
            call.Attempt == 1 ? Task.FromResult<EffectOutcome>(new EffectOutcome.Unknown("Cut.")) : _bench.Do(call)));
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2);

        Assert.Single(_bench.Done);
        Assert.Single(_bench.LookedUp);
    }

    [Fact]
    public async Task Pump_RunnerThrows_LooksUpBeforeItRunsAgain()
    {
        _bench.Go("a");
        _bench.Start(_bench.PostOnce(async (call, _) =>
        {
            await _bench.Do(call);
            throw new IOException("Half a body.");
        }));
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2);

        Assert.Single(_bench.Done);
    }

    [Fact]
    public async Task Pump_PatienceEnds_KeepsADeadLetterAndTellsTheProcess()
    {
        _bench.Go("a");
        _bench.Start(_bench.PostOnce((_, _) => Task.FromResult<EffectOutcome>(new EffectOutcome.Again("Down."))));
        await _bench.UntilAsync(() => _bench.Find("a")?.Waiting is { } waiting && waiting.Contains("Down.", StringComparison.Ordinal));
        _bench.Time.Advance(TimeSpan.FromDays(1));
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2);

        Assert.Equal("Down. False", _bench.Heard("a")[1]);
        var letter = Assert.Single(_bench.Letters());
        Assert.Equal(("a", "post", "\"go 1\"", "Down."), (letter.Key, letter.Kind, letter.Body, letter.Reason));
    }

    [Fact]
    public async Task Pump_PatienceEndsOnAnEffectThatNobodyCanLookUp_SaysThatItMayHaveHappened()
    {
        _bench.Go("a");
        _bench.Start(ProcessBench.Post((_, _) => Task.FromResult<EffectOutcome>(new EffectOutcome.Again("Down."))));
        await _bench.UntilAsync(() => _bench.Find("a")?.Waiting is { } waiting && waiting.Contains("Down.", StringComparison.Ordinal));
        _bench.Time.Advance(TimeSpan.FromDays(1));
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2);

        Assert.Equal("Down. True", _bench.Heard("a")[1]);
    }

    [Fact]
    public async Task Pump_EffectThatALostStoreMayHaveRun_IsLookedUpFirst()
    {
        await _bench.Do(new EffectCall("list", "a", "post", "", 1));
        _bench.Go("a");
        _bench.Go("b");
        _bench.Start(_bench.PostOnce((call, _) => _bench.Do(call)) with { MayHaveRun = _ => true });
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2 && _bench.Heard("b").Length == 2);

        Assert.Equal(["a", "b"], _bench.Done.Order());
        Assert.Equal(["a", "b"], _bench.LookedUp.Order());
    }

    [Fact]
    public async Task Begin_OfAnEffectThatSomebodyElseBegan_IsRefused()
    {
        _bench.Go("a");
        _bench.Start();
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 1, moving: false);
        await _bench.KillAsync();
        var one = Assert.Single(await ClaimAsync("one"));

        Assert.True(await _bench.Store.BeginAsync(one, TimeSpan.FromSeconds(30), Cancel));
        Assert.False(await _bench.Store.BeginAsync(one with { Owner = "other" }, TimeSpan.FromSeconds(30), Cancel));
        Assert.Empty(await ClaimAsync("other"));
    }

    [Fact]
    public async Task Bury_SameMessageTwice_IsOneDeadLetter()
    {
        var message = new ProcessMessage("list", "a", "unreadable", "go", "{");

        Assert.True(await _bench.Store.BuryAsync(message, "It is no JSON.", Cancel));
        Assert.False(await _bench.Store.BuryAsync(message, "It is no JSON.", Cancel));
        Assert.Equal("It is no JSON.", Assert.Single(_bench.Letters()).Reason);
    }

    [Fact]
    public async Task Pump_MessageThatCannotBeHandled_HoldsUpNoOther()
    {
        _bench.Receive(new ProcessMessage("list", "a", "0", "bad", "{}"));
        _bench.Receive(new ProcessMessage("unheard-of", "a", "0", "go", "{}"));
        _bench.Receive(new ProcessMessage("list", "a", "2", "incomplete", "{}"));
        _bench.Go("a");
        _bench.Start(_bench.PostOnce((call, _) => _bench.Do(call)));
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2);

        Assert.Equal(["list", "list", "unheard-of"], _bench.Letters().Select(letter => letter.Process).Order());
    }

    [Fact]
    public async Task Pump_OneKindHangs_OthersGoOn()
    {
        var never = new TaskCompletionSource<EffectOutcome>();
        for (var i = 0; i < 20; i++)
        {
            _bench.Go($"key {i}");
        }

        var hanging = 0;
        _bench.Start(
            ProcessBench.Post((_, cut) =>
            {
                Interlocked.Increment(ref hanging);
                return never.Task.WaitAsync(cut);
            }));
        await _bench.UntilAsync(() => hanging == 8, moving: false);
        _bench.Receive(new ProcessMessage("list", "b", "1", "remind", "\"remind\""));
        await _bench.UntilAsync(() => _bench.Heard("b").Length == 2, hanging: 8);

        Assert.Equal(8, hanging);
    }

    [Fact]
    public async Task Pump_EffectsEndWhileTheStoreIsRead_RunsNoneTwice()
    {
        const int Orders = 300;
        _bench.Start(_bench.PostOnce((call, _) => _bench.Do(call)));
        for (var i = 0; i < Orders; i++)
        {
            _bench.Go($"key {i}");
        }

        await _bench.UntilAsync(() => _bench.Done.Count >= Orders && _bench.NothingWaits(), moving: false);

        Assert.Empty(_bench.Done.GroupBy(key => key).Where(key => key.Count() > 1).Select(key => key.Key));
        Assert.Equal(Orders, _bench.Done.Count);
    }

    [Fact]
    public async Task Pump_DeferredMessage_ComesAfterItsTimeAndOverARestart()
    {
        _bench.Receive(new ProcessMessage("list", "a", "1", "remind", JsonSerializer.Serialize("remind")));
        _bench.Start();
        await _bench.UntilAsync(() => _bench.Heard("a").Length == 1, moving: false);
        await _bench.KillAsync();
        _bench.Time.Advance(TimeSpan.FromMinutes(14));
        _bench.Start();
        _bench.Go("b");
        await _bench.UntilAsync(() => _bench.Heard("b").Length == 1, moving: false);
        Assert.Single(_bench.Heard("a"));

        await _bench.UntilAsync(() => _bench.Heard("a").Length == 2);
    }
}
