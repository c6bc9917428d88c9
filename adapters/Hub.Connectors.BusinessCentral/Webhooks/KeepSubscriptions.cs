using System.Globalization;
using Hub.Connectors.Http;

namespace Hub.Connectors.BusinessCentral.Webhooks;

/// <summary>
/// Subscribes to what changes stock, and renews that a day before it ends: a subscription lives for three days. Where that fails it is tried again at the
/// next poll; nothing is lost, since polls go on.
/// </summary>
internal sealed class KeepSubscriptions(IBusinessCentralApi api, VendorCalls calls, BusinessCentralOptions options, IConnectorStore store, TimeProvider time)
{
    private static readonly TimeSpan Early = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (options.WebhookAddress is null || now < _next)
        {
            return;
        }

        _next = now + Pause;
        foreach (var entity in (string[])["items", "salesOrders"])
        {
            await EnsureAsync(entity, now, cancellationToken);
        }
    }

    private async Task EnsureAsync(string entity, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = $"subscription.{entity}";
        var kept = (await store.GetAsync(name, cancellationToken))?.Split(' ');
        var ends = kept is [_, var end] ? DateTimeOffset.ParseExact(end, "O", CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
        if (ends > now + Early)
        {
            return;
        }

        var outcome = await calls.CallAsync(
            cancel => kept is [var id, _] && ends > now
                ? api.PatchSubscriptionAsync(id, Write(entity), "*", cancel)
                : api.PostSubscriptionAsync(Write(entity), cancel),
            cancellationToken);
        if (outcome is CallOutcome<Subscription>.Done { Value: var made })
        {
            await store.KeepAsync(name, $"{made.SubscriptionId} {made.ExpirationDateTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)}", cancellationToken);
        }
        else if (kept is not null && outcome is CallOutcome<Subscription>.Refused or CallOutcome<Subscription>.NotDone)
        {
            // Business Central may have deleted it: the next time a new one is made.
            await store.KeepAsync(name, null, cancellationToken);
        }
    }

    private NewSubscription Write(string entity) => new(
        options.WebhookAddress!.ToString(), $"/api/v2.0/companies({options.Company})/{entity}", options.WebhookSecret.Reveal());
}
