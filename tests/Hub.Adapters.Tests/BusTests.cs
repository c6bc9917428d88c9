using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Hub.Adapters.Bus;
using Hub.Commerce;
using Hub.Configuration;
using Hub.Processes;
using Hub.Processes.Bus;
using Hub.Town.Business;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Tests;

/// <summary>Orders by a bus: what comes becomes an order's message, what happens to it is told. What a bus itself does: Hub.Bus.Rebus.Tests.</summary>
public sealed class BusTests(BusTests.Wired wired) : IClassFixture<BusTests.Wired>
{
    private readonly AdaptersBench _bench = wired.Bench;
    private readonly PaperBus _bus = wired.Bus;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Place_TwiceByTheBusAndOnceByTheFeed_IsBookedOnceAndToldOnce()
    {
        var order = _bench.Order("web/1");
        await PutAsync("m-1", "PlaceOrder", "web/1", order);
        await PutAsync("m-1", "PlaceOrder", "web/1", order);
        await PutAsync("m-2", "PlaceOrder", "web/1", order);
        Assert.Equal(HttpStatusCode.Accepted, (await _bench.ReceiveAsync(order)).StatusCode);

        await _bench.UntilAsync(() => Task.FromResult(Events("web/1") is var told && told.Contains("OrderBooked") && told.Contains("OrderShipped")), "it is told as booked and shipped");
        Assert.Equal(1, (await _bench.CountAsync(_bench.Addresses.Erp, "/sales", TownTokens.Erp))["web/1"]);
        Assert.Equal(["OrderBooked", "OrderShipped"], Events("web/1").Order(StringComparer.Ordinal));
        var shipped = _bus.Published.First(told => told.Message is { Kind: "OrderShipped", Key: "web/1" }).Message;
        Assert.NotEmpty(shipped.Body.GetProperty("tracking").GetString()!);
    }

    [Fact]
    public async Task Cancel_ByTheBus_IsDoneAndTold()
    {
        await PutAsync("m-1", "PlaceOrder", "web/2", _bench.Order("web/2"));
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/2") == "shipped", "it is shipped");

        await PutAsync("m-2", "CancelOrder", "web/2", new { reason = "the buyer called" });

        await _bench.UntilAsync(() => Task.FromResult(Events("web/2").Contains("OrderCancelled")), "it is told as cancelled");
    }

    [Fact]
    public async Task Message_NobodyCanHandle_IsADeadLetterWithReasonAndPayload()
    {
        var bad = new Dictionary<string, string>
        {
            ["<order/>"] = "can't be read",
            ["""{ "kind": "PlaceOrder", "key": "web/3", "body": { "key": "web/3" } }"""] = "body can't be read",
            ["""{ "kind": "PlaceOrder", "key": "nonsense", "body": { } }"""] = "no order key",
            ["""{ "kind": "Sing", "key": "web/3", "body": { } }"""] = "no kind of message",
            ["""{ "kind": "PlaceOrder", "key": "web/3" }"""] = "body can't be read",
            ["""{ "kind": "ShipOrder", "key": "web/3", "body": { "lines": { "TS-001": 0 } } }"""] = "can't be packed",
        };
        foreach (var (text, i) in bad.Keys.Select((text, i) => (text, i)))
        {
            await _bus.Intake!.TakeAsync($"bad-{i}", text, Cancel);
            await _bus.Intake.TakeAsync($"bad-{i}", text, Cancel);
        }

        var letters = await _bench.Services.GetRequiredService<IProcessStore>().GetDeadLettersAsync(100, Cancel);
        Assert.Equal(bad.Count, letters.Length);
        Assert.All(letters, letter => Assert.Contains(bad[letter.Body], letter.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "Hub": { "Bus": { "Transport": "pigeon", "Connection": "Host=a" } } }""", "'pigeon' is no bus")]
    [InlineData("""{ "Hub": { "Bus": { "Transport": "paper", "Connection": "Host=a;Password=s3cret" } } }""", "holds a password")]
    [InlineData("""{ "Hub": { "Bus": { "Transport": "paper" } } }""", "'Connection' is missing")]
    public void Check_WrongConfig_SaysWhatWhyAndWhatToDo(string json, string what)
    {
        var problems = new List<ConfigProblem>();
        BusConfig.Read(ConfigNode.Read(json, problems)!, [new BusTransport("paper", _bus.OpenAsync)], problems);

        var problem = Assert.Single(problems);
        Assert.Contains(what, problem.What, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", problem.ToString(), StringComparison.Ordinal);
    }

    private IEnumerable<string> Events(string key) => _bus.Published.Where(told => told.Message.Key == key).DistinctBy(told => told.Id).Select(told => told.Message.Kind);

    private Task PutAsync<T>(string id, string kind, string key, T body) => _bus.Intake!.TakeAsync(
        id, new BusMessage(kind, key, JsonSerializer.SerializeToElement(body, CommerceJson.Options)).ToJson(), Cancel);

    /// <summary>A plane whose document asks for the bus.</summary>
    public sealed class Wired : IAsyncLifetime
    {
        public Wired() => Bench = new AdaptersBench { Buses = [new BusTransport("paper", Bus.OpenAsync)] };

        public AdaptersBench Bench { get; }

        internal PaperBus Bus { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Bench.InitializeAsync();
            Assert.Empty(await Bench.TakeAsync(Bench.Document().Replace(
                "\"Hub\": {", "\"Hub\": { \"Bus\": { \"Transport\": \"paper\", \"Connection\": \"Host=nowhere\" },", StringComparison.Ordinal)));
            await Bench.UntilAsync(() => Task.FromResult(Bus.Intake is not null), "the bus is open");
        }

        public ValueTask DisposeAsync() => Bench.DisposeAsync();
    }

    /// <summary>A bus that writes down what it is told.</summary>
    internal sealed class PaperBus : IMessageBus
    {
        public BusIntake? Intake { get; private set; }

        public ConcurrentQueue<(string Id, BusMessage Message)> Published { get; } = new();

        public Task<IMessageBus> OpenAsync(BusPlace place, BusIntake intake, CancellationToken cancellationToken)
        {
            Intake = intake;
            return Task.FromResult<IMessageBus>(this);
        }

        public Task PublishAsync(string id, BusMessage message, CancellationToken cancellationToken)
        {
            Published.Enqueue((id, message));
            return Task.CompletedTask;
        }

        public Task SendAsync(string id, string queue, BusMessage message, CancellationToken cancellationToken) => PublishAsync(id, message, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
