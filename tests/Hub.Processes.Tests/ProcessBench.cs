using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Hub.Processes.Sealing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Processes.Tests;

/// <summary>
/// A store, a clock that only the test moves, and a process that asks for one effect (<c>post</c>) for each
/// message <c>go</c> and keeps all it heard as its state.
/// </summary>
internal sealed class ProcessBench : IAsyncDisposable
{
    private ProcessPump? _pump;

    public ProcessBench(Func<TimeProvider, IProcessStore> open) => Store = open(Time);

    /// <summary>Each store of these tests encrypts with the same keys, which last as long as the tests run.</summary>
    public static TextSeal Seal { get; } = new(new EphemeralDataProtectionProvider(), "this process");

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2027, 1, 31, 6, 0, 0, TimeSpan.Zero));

    public IProcessStore Store { get; }

    /// <summary>What the vendor did, by key: once each is what we want.</summary>
    public ConcurrentQueue<string> Done { get; } = [];

    public ConcurrentQueue<string> LookedUp { get; } = [];

    public static EffectRunner Post(Func<EffectCall, CancellationToken, Task<EffectOutcome>> run) => new("post", run)
    {
        GivenUp = (_, reason, mayHave) => new EffectReply("given up", JsonSerializer.Serialize($"{reason} {mayHave}")),
    };

    /// <summary>An effect that must not be repeated blindly, of a vendor that can be asked.</summary>
    public EffectRunner PostOnce(Func<EffectCall, CancellationToken, Task<EffectOutcome>> run) => Post(run) with
    {
        Window = () => TimeSpan.FromSeconds(30),
        LookUp = (call, _) =>
        {
            LookedUp.Enqueue(call.Key);
            return Task.FromResult<EffectOutcome>(Done.Contains(call.Key) ? Finished("done") : new EffectOutcome.Absent());
        },
    };

    public static EffectOutcome Finished(string word) => new EffectOutcome.Finished(word, new EffectReply("finished", "\"finished\""), "ref-1");

    public Task<EffectOutcome> Do(EffectCall call)
    {
        Done.Enqueue(call.Key);
        return Task.FromResult(Finished("done"));
    }

    /// <summary>Asks the store in between; a condition that is polled needs no more.</summary>
    public static T Now<T>(Func<Task<T>> ask) => Task.Run(ask).GetAwaiter().GetResult();

    public bool Go(string key, string id = "1") => Receive(new ProcessMessage("list", key, id, "go", JsonSerializer.Serialize($"go {id}")));

    public bool Receive(ProcessMessage message) => Now(() => Store.ReceiveAsync(message, CancellationToken.None));

    public ProcessView? Find(string key) => Now(() => Store.FindAsync("list", key, CancellationToken.None));

    public ImmutableArray<JournalEntry> Journal(string key) => Now(() => Store.GetJournalAsync("list", key, CancellationToken.None));

    public ImmutableArray<DeadLetter> Letters() => Now(() => Store.GetDeadLettersAsync(10, CancellationToken.None));

    public bool NothingWaits() => Now(() => Store.CountWaitingAsync(CancellationToken.None)).IsEmpty;

    public void Start(params EffectRunner[] runners)
    {
        _pump = Pump(Store, runners);
        _ = _pump.StartAsync(CancellationToken.None);
    }

    public ProcessPump Pump(IProcessStore store, params EffectRunner[] runners) => new(
        store, [new ProcessDefinition("list", Handle)], runners, new ProcessOptions { Drain = TimeSpan.Zero }, Time, NullLogger<ProcessPump>.Instance);

    /// <summary>What is in flight is cut at once, and nothing is written any more: as a kill does.</summary>
    public async Task KillAsync()
    {
        if (_pump is not null)
        {
            await _pump.StopAsync(CancellationToken.None);
            _pump.Dispose();
            _pump = null;
        }
    }

    public string[] Heard(string key) =>
        Find(key) is { } view ? JsonSerializer.Deserialize<string[]>(view.State)! : [];

    /// <summary>Waits until it is so, moving the clock while nothing is done and nothing is in flight but what hangs.</summary>
    public async Task UntilAsync(Func<bool> condition, int hanging = 0, bool moving = true)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), "It never came to what was waited for.");
            await Task.Delay(2, TestContext.Current.CancellationToken);
            if (moving && (_pump is null || (_pump.Rests && _pump.InFlight <= hanging)))
            {
                Time.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (Store is IAsyncDisposable store)
        {
            await store.DisposeAsync();
        }
    }

    private static ProcessDecision Handle(string? state, ProcessMessage message)
    {
        switch (message.Kind)
        {
            case "bad":
                throw new InvalidOperationException("This message is bad.");
            case "incomplete":
                return new ProcessDecision("{}", null!, null, "", [], []);
        }

        var said = JsonSerializer.Deserialize<string>(message.Body)!;
        string[] heard = [.. state is null ? [] : JsonSerializer.Deserialize<string[]>(state)!, said];
        return new ProcessDecision(
            JsonSerializer.Serialize(heard), "heard", null, said,
            message.Kind is "go" ? [new ProcessEffect("post", message.Body) { Lane = message.Key.StartsWith("slow", StringComparison.Ordinal) ? "slow" : "post" }] : [],
            message.Kind is "remind" ? [new DeferredMessage("reminder", "\"reminder\"", TimeSpan.FromMinutes(15))] : ImmutableArray<DeferredMessage>.Empty);
    }
}
