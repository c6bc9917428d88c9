using System.Diagnostics;
using System.Text.Json;
using Hub.Processes;
using Hub.Processes.Bus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Bus.Rebus.Tests;

/// <summary>What holds of a bus on any transport: it carries, and loses and doubles nothing.</summary>
public abstract class BusContract : IAsyncLifetime
{
    private readonly BusEnd _hub = new(), _other = new();
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected BusEnd Hub => _hub;

    private protected BusEnd Other => _other;

    private protected BusPlace HubPlace => new(Connection, $"hub-{_run}", $"events-{_run}");

    private protected BusPlace OtherPlace => new(Connection, $"other-{_run}", $"others-{_run}");

    protected abstract BusTransport Transport { get; }

    protected abstract string Connection { get; }

    public virtual async ValueTask InitializeAsync()
    {
        await _hub.OpenAsync(Transport, HubPlace);
        await _other.OpenAsync(Transport, OtherPlace);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _other.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Message_TwiceWithOneId_IsTakenInOnce()
    {
        await _other.Bus!.SendAsync("m-1", HubPlace.Queue, Message("Say"), Cancel);
        await _other.Bus.SendAsync("m-1", HubPlace.Queue, Message("Say"), Cancel);
        await _other.Bus.SendAsync("m-2", HubPlace.Queue, Message("Say"), Cancel);

        await UntilAsync(() => Task.FromResult(_hub.Came.Count >= 3), "three deliveries");
        await UntilAsync(async () => await _hub.HandledAsync() == 2, "two messages");
        Assert.Equal(["m-1", "m-1", "m-2"], _hub.Came.Select(came => came.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Message_NobodyCanReadIt_IsADeadLetterWithReasonAndPayloadOnce()
    {
        await _other.Bus!.SendTextAsync("bad-1", HubPlace.Queue, "<order/>");
        await _other.Bus.SendTextAsync("bad-1", HubPlace.Queue, "<order/>");
        await _other.Bus.SendAsync("good-1", HubPlace.Queue, Message("Say"), Cancel);

        await UntilAsync(() => Task.FromResult(_hub.Came.Count >= 3), "three deliveries");
        await UntilAsync(async () => await _hub.HandledAsync() == 1, "the good one");
        await UntilAsync(async () => !(await _hub.Store.GetDeadLettersAsync(10, Cancel)).IsEmpty, "a dead letter");
        var letter = Assert.Single(await _hub.Store.GetDeadLettersAsync(10, Cancel));
        Assert.Equal((DeadLetterSource.Unreadable, "<order/>"), (letter.Source, letter.Body));
        Assert.NotEmpty(letter.Reason);
    }

    [Fact]
    public async Task Message_KilledBetweenStoreAndAcknowledgement_ComesAgainAndIsTakenInOnce()
    {
        await _hub.Bus!.DisposeAsync();
        var (reached, cut) = (new TaskCompletionSource(), new TaskCompletionSource());
        await _hub.OpenAsync(Transport, HubPlace, async () =>
        {
            reached.TrySetResult();
            await cut.Task;
            throw new OperationCanceledException();
        });
        await _other.Bus!.SendAsync("m-1", HubPlace.Queue, Message("Say"), Cancel);
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancel);
        var gone = _hub.Bus.DisposeAsync();
        cut.SetResult();
        await gone;
        Assert.Equal(1, await _hub.HandledAsync());

        var before = _hub.Came.Count;
        await _hub.OpenAsync(Transport, HubPlace);

        await UntilAsync(() => Task.FromResult(_hub.Came.Count > before), "the message again");
        await _other.Bus.SendAsync("m-2", HubPlace.Queue, Message("Say"), Cancel);
        await UntilAsync(async () => await _hub.HandledAsync() == 2, "the one after it");
    }

    [Fact]
    public async Task Effect_ToBePublished_ComesWithItsOwnIdHoweverOftenItIsRun()
    {
        await _other.Bus!.SubscribeAsync(HubPlace.Topic);
        var runner = BusEffects.Runners(_hub.Store, () => _hub.Bus).Single(runner => runner.Kind == BusEffects.Publish);
        var call = new EffectCall("list", "a", BusEffects.Publish, BusEffects.Of(Message("Said")).Body, 1) { Seq = 42 };

        Assert.IsType<EffectOutcome.Finished>(await runner.Run(call, Cancel));
        Assert.IsType<EffectOutcome.Finished>(await runner.Run(call with { Attempt = 2 }, Cancel));

        await UntilAsync(() => Task.FromResult(_other.Came.Count >= 2), "both");
        Assert.Equal($"{await _hub.Store.GetIdAsync(Cancel)}-42", Assert.Single(_other.Came.Select(came => came.Id).Distinct()));
        await UntilAsync(async () => await _other.HandledAsync() == 1, "one message");
    }

    [Fact]
    public async Task Effect_ToBeSent_ComesToThatQueueAlone()
    {
        var definition = new ProcessDefinition("list", (_, _) => new ProcessDecision("{}", "open", null, "Sent.", [BusEffects.To(OtherPlace.Queue, Message("Do"))], []));
        using var pump = new ProcessPump(
            _hub.Store, [definition], BusEffects.Runners(_hub.Store, () => _hub.Bus), new ProcessOptions(), TimeProvider.System, NullLogger<ProcessPump>.Instance);
        await pump.StartAsync(Cancel);

        await _hub.Store.ReceiveAsync(new ProcessMessage("list", "a", "1", "Go", "{}"), Cancel);

        await UntilAsync(() => Task.FromResult(_other.Came.Any(came => BusMessage.Parse(came.Text).Kind == "Do")), "the message");
        await pump.StopAsync(Cancel);
    }

    private protected static BusMessage Message(string kind) => new(kind, "a", JsonSerializer.SerializeToElement(new { text = "דנה 👩‍👩‍👧" }));

    private protected static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var since = Stopwatch.StartNew(); !await condition(); await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel))
        {
            Assert.True(since.Elapsed < TimeSpan.FromMinutes(2), $"{what} did not come");
        }
    }
}
