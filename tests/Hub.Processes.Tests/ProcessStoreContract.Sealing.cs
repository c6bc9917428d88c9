using Hub.Processes.Sealing;
using Microsoft.AspNetCore.DataProtection;

namespace Hub.Processes.Tests;

/// <remarks>What a store says of people can't be read without its keys.</remarks>
public abstract partial class ProcessStoreContract
{
    private const string Secret = "ada@town.example";

    [Fact]
    public async Task Texts_AtRest_AreNowhereInTheDatabase()
    {
        var failures = 0;
        _bench.Start(ProcessBench.Post((call, _) => Task.FromResult<EffectOutcome>(
            call.Key == "b" || failures++ < 2
                ? new EffectOutcome.Again($"{Secret} is not known.")
                : new EffectOutcome.Finished("done", new EffectReply("finished", $"\"{Secret}\""), $"ref {Secret}", $"Told {Secret}."))));
        _bench.Receive(new ProcessMessage("list", "a", "1", "go", $"\"{Secret}\""));
        _bench.Receive(new ProcessMessage("list", "b", "1", "go", $"\"{Secret}\""));
        _bench.Receive(new ProcessMessage("list", "c", "1", "remind", $"\"{Secret}\""));
        await _bench.UntilAsync(() => _bench.Journal("a").Any(entry => entry.Outcome == "done") && _bench.Journal("b").Any(entry => entry.Attempt > 2));
        await _bench.KillAsync();
        await _bench.Store.BuryAsync(new ProcessMessage("list", "d", "1", "bad", $"\"{Secret}\""), $"{Secret} is wrong.", Cancel);
        var letter = Assert.Single(_bench.Letters());
        await _bench.Store.SettleDeadLetterAsync(letter.Id, new DeadLetterSettlement(false, $"by Ada: {Secret} called"), Cancel);

        Assert.Equal(["a", "b", "c", "d"], (await _bench.Store.FindByTextAsync([Secret], Cancel)).Select(found => found.Key).Order());
        Assert.DoesNotContain(await DumpAsync(), text => text.Contains("ada@", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task SameFailure_AgainAndAgain_IsOneEntryOfTheJournal()
    {
        _bench.Start(ProcessBench.Post((call, _) => Task.FromResult<EffectOutcome>(new EffectOutcome.Again("Down."))));
        _bench.Go("a");

        await _bench.UntilAsync(() => _bench.Journal("a").Any(entry => entry.Attempt > 3));

        Assert.Equal("Down.", Assert.Single(_bench.Journal("a"), entry => entry.Step == "post").Detail);
    }

    [Fact]
    public async Task Open_WithOtherKeys_RefusesAndSaysWhatToDo()
    {
        var make = await MakeAsync();
        IProcessStore Open(TextSeal seal) => make(TimeProvider.System, seal);
        var message = new ProcessMessage("list", "a", "1", "go", "\"1\"");
        await Open(ProcessBench.Seal).ReceiveAsync(message, Cancel);

        var error = await Assert.ThrowsAsync<WrongKeysException>(
            () => Open(new TextSeal(new EphemeralDataProtectionProvider(), "/elsewhere/keys")).ReceiveAsync(message with { Id = "2" }, Cancel));

        Assert.Contains("/elsewhere/keys", error.Message, StringComparison.Ordinal);
        Assert.Contains("Put the keys there", error.Message, StringComparison.Ordinal);
        Assert.False(await Open(ProcessBench.Seal).ReceiveAsync(message, Cancel));
        Assert.True(await Open(ProcessBench.Seal).ReceiveAsync(message with { Id = "2" }, Cancel), "The store took a message that it could not seal.");
    }

    /// <summary>All texts of all tables, as who has the database reads them.</summary>
    protected abstract Task<IReadOnlyList<string>> DumpAsync();
}
