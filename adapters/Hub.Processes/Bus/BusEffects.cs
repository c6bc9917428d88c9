namespace Hub.Processes.Bus;

/// <summary>Effects that a bus carries out.</summary>
public static class BusEffects
{
    /// <summary>Tell it to all who subscribed.</summary>
    public const string Publish = "publish";

    /// <summary>Send it to the queue that the message's kind begins with: <c>queue:Kind</c>.</summary>
    public const string Send = "send";

    public static ProcessEffect Of(BusMessage message) => new(Publish, message.ToJson());

    public static ProcessEffect To(string queue, BusMessage message) => new(Send, (message with { Kind = $"{queue}:{message.Kind}" }).ToJson());

    /// <summary>
    /// Runs both kinds: the effect's id is the message's, so that one that is sent again after a crash is known as the same. Sending twice does no harm, and a bus that is down is tried
    /// until the effect's patience ends.
    /// </summary>
    /// <param name="bus">The bus that is open, or null.</param>
    public static IEnumerable<EffectRunner> Runners(IProcessStore store, Func<IMessageBus?> bus) =>
    [
        Runner(Publish, store, bus, (open, id, message, cancel) => open.PublishAsync(id, message, cancel)),
        Runner(Send, store, bus, (open, id, message, cancel) => message.Kind.Split(':', 2) is [var queue, var kind]
            ? open.SendAsync(id, queue, message with { Kind = kind }, cancel)
            : throw new InvalidOperationException($"'{message.Kind}' names no queue.")),
    ];

    private static EffectRunner Runner(
        string kind, IProcessStore store, Func<IMessageBus?> bus, Func<IMessageBus, string, BusMessage, CancellationToken, Task> run) => new(
            kind,
            async (call, cancel) =>
            {
                if (bus() is not { } open)
                {
                    return new EffectOutcome.Again("The bus is not open: is Hub.Bus in the config, and its server up?");
                }

                var id = $"{await store.GetIdAsync(cancel)}-{call.Seq}";
                await run(open, id, BusMessage.Parse(call.Body), cancel);
                return new EffectOutcome.Finished("sent", null, id);
            })
        {
            GivenUp = (_, _, _) => null,
        };
}
