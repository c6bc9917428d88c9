namespace Hub.Processes;

/// <summary>What each store does the same way.</summary>
internal static class Deciding
{
    /// <summary>What the process makes of the message, or why it makes nothing of it.</summary>
    public static (ProcessDecision? Decision, Exception? Error) Decide(
        this ProcessMessage message, IReadOnlyDictionary<string, ProcessDefinition> definitions, string? state)
    {
        try
        {
            return definitions.TryGetValue(message.Process, out var definition)
                ? (Whole(definition.Handle(state, message)), null)
                : throw new InvalidOperationException($"This version of Hub knows no process '{message.Process}'.");
        }
#pragma warning disable CA1031 // The consumer loop: whatever a message makes a handler throw, the messages behind it go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (null, e);
        }
    }

    // What no store takes would fail its whole batch.
    private static ProcessDecision Whole(ProcessDecision decision) =>
        decision is { State: not null, Status: not null, Note: not null } && decision.Effects.All(effect => effect is { Kind: not null, Body: not null, Lane: not null })
            ? decision
            : throw new InvalidOperationException("The process decided and left something out that every decision has.");

    /// <summary>The message to itself that a process asked for when it handled that one.</summary>
    public static ProcessMessage Later(this ProcessMessage message, DeferredMessage deferred, long seq) =>
        message with { Id = $"{deferred.Kind} after {seq}", Kind = deferred.Kind, Body = deferred.Body };

    /// <summary>The message that tells the process what became of its effect. An effect that is retried has a later answer, too.</summary>
    public static ProcessMessage Answer(this PendingEffect effect, EffectReply reply) =>
        new(effect.Process, effect.Key, effect.Attempts == 0 ? $"reply {effect.Seq}" : $"reply {effect.Seq} {effect.Attempts + 1}", reply.Kind, reply.Body);
}
