using Hub.Processes.Bus;
using Rebus.Activation;
using Rebus.Bus;
using Rebus.Config;
using Rebus.Messages;
using Rebus.Retry.Simple;

namespace Hub.Bus.Rebus;

/// <summary>A bus of Rebus's that is open. Its outbox, sagas and deferral are not used: it carries.</summary>
internal sealed class RebusBus : IMessageBus
{
    private readonly BuiltinHandlerActivator _activator = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IBus _bus;
    private readonly string _topic;

    public RebusBus(BusPlace place, BusIntake intake, Func<RebusConfigurer, RebusConfigurer> transport)
    {
        _topic = place.Topic;
        _activator.Handle<RawMessage>((_, context, message) =>
            intake.TakeAsync(context.TransportMessage.Headers[Headers.MessageId], message.Text, _stopping.Token));
        try
        {
            _bus = transport(Configure.With(_activator))
                .Logging(logging => logging.None())
                .Serialization(serialization => serialization.Register(_ => new RawSerializer()))
                .Options(options =>
                {
                    // Nothing of ours ends in Rebus's error queue: what can't be read is a dead letter of the hub's, and the rest is waited for.
                    options.RetryStrategy(maxDeliveryAttempts: int.MaxValue);
                    options.SetNumberOfWorkers(1);
                    options.SetMaxParallelism(8);
                })
                .Start();
        }
        catch
        {
            _activator.Dispose();
            _stopping.Dispose();
            throw;
        }
    }

    public Task PublishAsync(string id, BusMessage message, CancellationToken cancellationToken) =>
        _bus.Advanced.Topics.Publish(_topic, new RawMessage(message.ToJson()), HeadersOf(id, message.Kind)).WaitAsync(cancellationToken);

    public Task SendAsync(string id, string queue, BusMessage message, CancellationToken cancellationToken) =>
        SendTextAsync(id, queue, message.ToJson(), message.Kind).WaitAsync(cancellationToken);

    /// <summary>Sends any text.</summary>
    internal Task SendTextAsync(string id, string queue, string text, string kind = "") => _bus.Advanced.Routing.Send(queue, new RawMessage(text), HeadersOf(id, kind));

    /// <summary>Takes what others publish under that topic, too.</summary>
    internal Task SubscribeAsync(string topic) => _bus.Advanced.Topics.Subscribe(topic);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();

        // It waits for its workers.
        await Task.Run(_activator.Dispose);
        _stopping.Dispose();
    }

    private static Dictionary<string, string> HeadersOf(string id, string kind) => new() { [Headers.MessageId] = id, [RawSerializer.Kind] = kind };
}
