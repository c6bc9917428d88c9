using System.Collections.Immutable;
using Hub.Configuration;

namespace Hub.Placement.Config;

/// <summary>Where flips, rollbacks, trips, held gates and the like are sent on to (SAFETY.md 22). Read by control.</summary>
public sealed class NotificationConfig
{
    /// <summary>Every kind there is.</summary>
    public static readonly ImmutableArray<string> AllKinds =
        ["flip", "rollback", "trip", "gate", "plan", "apply", "freeze", "order", "quarantine", "connector"];

    /// <value>The default is webhook.</value>
    public NotificationFormat Format { get; init; }

    /// <summary>The address; a secret, since that of Slack or Teams holds a token. Needed.</summary>
    public Secret Url { get; init; }

    /// <summary>Signs the body of a webhook: <c>Hub-Signature: sha256=…</c>, HMAC-SHA256 over its bytes. Empty: it is not signed.</summary>
    public Secret Key { get; init; }

    /// <summary>Of which kinds: flip, rollback, trip, gate, plan, apply, freeze, order, quarantine, connector.</summary>
    /// <value>The default is none: all.</value>
    public List<string> Kinds { get; init; } = [];
}

/// <summary>How a notification is written.</summary>
public enum NotificationFormat
{
    /// <summary>Our own JSON, signed.</summary>
    Webhook,

    /// <summary>Slack's incoming webhook.</summary>
    Slack,

    /// <summary>Teams' workflow webhook: an adaptive card.</summary>
    Teams,
}
