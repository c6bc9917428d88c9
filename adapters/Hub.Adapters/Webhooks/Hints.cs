using System.Collections.Concurrent;
using Hub.Connectors.Webhooks;

namespace Hub.Adapters.Webhooks;

/// <summary>
/// What webhooks said is to be polled now. A poller waits for a hint or for its time, whichever comes first; a hint that comes while it polls is
/// kept until it waits again, and several are one.
/// </summary>
/// <remarks>It wakes pollers of this process. Where another plane polls, that one comes at its own time.</remarks>
internal sealed class Hints(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Connector, WebhookTopic Topic), TaskCompletionSource> _waiting = new();

    public void Tell(string connector, WebhookTopic topic) => Waiting(connector, topic).TrySetResult();

    /// <summary>For the one poller of that connector and topic.</summary>
    /// <returns>True where a hint came before the time.</returns>
    public async Task<bool> WaitAsync(string connector, WebhookTopic topic, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var waiting = Waiting(connector, topic);
        try
        {
            await waiting.Task.WaitAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }

        _waiting.TryRemove(KeyValuePair.Create((connector.ToLowerInvariant(), topic), waiting));
        return true;
    }

    private TaskCompletionSource Waiting(string connector, WebhookTopic topic) => _waiting.GetOrAdd(
        (connector.ToLowerInvariant(), topic), _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
