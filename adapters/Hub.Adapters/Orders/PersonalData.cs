using System.Collections.Immutable;
using System.Text.Json;
using Hub.Orders;
using Hub.Processes;
using Hub.Processes.Erasing;

namespace Hub.Adapters.Orders;

/// <summary>
/// Buyers' names and addresses in what is kept of orders, and of customers without one: found, told, and taken out once an order came to its end. Key, sums, articles, steps and tracking numbers
/// stay, so that the order is known, reconciled and never booked again.
/// </summary>
internal sealed class PersonalData(IProcessStore store)
{
    /// <summary>Where orders stand that come no further.</summary>
    public static ImmutableArray<string> Ended { get; } =
        [.. new[] { OrderStatus.Shipped, OrderStatus.Confirmed, OrderStatus.Cancelled, OrderStatus.NotBooked }.Select(status => status.Text())];

    /// <summary>All that a buyer with this e-mail address has in the store.</summary>
    public Task<ImmutableArray<ProcessKey>> FindAsync(string email, CancellationToken cancellationToken) =>
        store.FindByTextAsync([email, JsonEncodedText.Encode(email).ToString()], cancellationToken);

    /// <summary>All texts that are kept of it.</summary>
    public Task<ImmutableArray<KeptText>> ExportAsync(ProcessKey key, CancellationToken cancellationToken) =>
        store.GetTextsAsync(key.Process, key.Key, cancellationToken);

    /// <param name="by">Who, and why: for the journal.</param>
    /// <param name="email">The address that is to be forgotten, if that is known.</param>
    public async Task<EraseOutcome> EraseAsync(ProcessKey key, string by, string? email, CancellationToken cancellationToken)
    {
        if ((await store.GetTextsAsync(key.Process, key.Key, cancellationToken)).IsEmpty)
        {
            return EraseOutcome.Nothing;
        }

        var process = await store.FindAsync(key.Process, key.Key, cancellationToken);
        return (key.Process == OrderDefinition.Name && process is not null && !Ended.Contains(process.Status))
            || !await store.RewriteAsync(key.Process, key.Key, by, texts => BuyerTexts.Without(texts, email is null ? [] : [email]), cancellationToken)
            ? EraseOutcome.UnderWay
            : EraseOutcome.Erased;
    }
}

/// <summary>What became of an erasure.</summary>
internal enum EraseOutcome
{
    /// <summary>It holds no personal data any more.</summary>
    Erased,

    /// <summary>Nothing is kept of it.</summary>
    Nothing,

    /// <summary>It is on its way, or parked: its address is needed yet.</summary>
    UnderWay,
}
