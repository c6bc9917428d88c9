using System.Collections.Immutable;

namespace Hub.Connectors.Webhooks;

/// <summary>
/// Reads what a vendor posts to <c>/webhooks/CONNECTOR</c>. A webhook is a hint: it says what to poll now; what is true comes from the poll alone,
/// so one that is lost, late, doubled or out of order does no harm.
/// </summary>
public interface IWebhook
{
    /// <summary>Holds the signature against the body as it came, and says what it is about.</summary>
    Task<WebhookOutcome> ReadAsync(WebhookRequest request, CancellationToken cancellationToken);
}

/// <summary>What came, untouched.</summary>
/// <param name="Url">The address as the vendor calls it: some sign that too.</param>
/// <param name="Headers">By name, case does not count; of one that stands twice, both, parted by a comma.</param>
/// <param name="Body">The bytes that were signed.</param>
/// <param name="At">When it came, UTC.</param>
public sealed record WebhookRequest(
    string Method, Uri Url, ImmutableDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, DateTimeOffset At)
{
    /// <summary>The header, or "".</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    /// <summary>Headers that are found whatever their case.</summary>
    public static ImmutableDictionary<string, string> HeadersOf(IEnumerable<KeyValuePair<string, string>> headers) =>
        ImmutableDictionary.CreateRange(StringComparer.OrdinalIgnoreCase, headers);
}

/// <summary>What a vendor's post turned out to be.</summary>
public abstract record WebhookOutcome
{
    private WebhookOutcome()
    {
    }

    /// <summary>Not from the vendor, too old, or not to be read; nothing is done.</summary>
    /// <param name="Status">What to answer: as the vendor's rules say (Xero: 401 for a wrong signature).</param>
    /// <param name="Reason">For the log; the answer does not tell it.</param>
    public sealed record Refused(int Status, string Reason) : WebhookOutcome;

    /// <summary>The vendor asks whether somebody is there; it is answered with 200 and this body.</summary>
    public sealed record Challenge(string Body, string ContentType = "text/plain") : WebhookOutcome;

    /// <summary>From the vendor; answered with <paramref name="Status"/> at once. No hints: nothing that concerns us.</summary>
    public sealed record Taken(ImmutableArray<WebhookHint> Hints, int Status = 200) : WebhookOutcome;
}

/// <summary>Says what to poll.</summary>
/// <param name="EventId">The vendor's id of the event: the same one again is passed over. Null where it has none; then it is polled each time.</param>
/// <param name="Ids">The vendor's ids of what changed, where it tells; empty: all since the cursor.</param>
public sealed record WebhookHint(WebhookTopic Topic, string? EventId, ImmutableArray<string> Ids)
{
    public WebhookHint(WebhookTopic topic, string? eventId)
        : this(topic, eventId, [])
    {
    }
}

/// <summary>What is to be polled.</summary>
public enum WebhookTopic
{
    /// <summary><see cref="IOrderSource"/>.</summary>
    Orders,

    /// <summary><see cref="IStockSource"/>.</summary>
    Stock,

    /// <summary><see cref="IShipmentSource"/>.</summary>
    Shipments,

    /// <summary>Nobody polls those yet.</summary>
    Contacts,
}
