using Hub.Control.Protocol;
using Hub.Gateway.Customers;
using Microsoft.Extensions.Hosting;

namespace Hub.Gateway.Placing;

/// <summary>Tells control, once it is back, of the claims and business keys from while it was out of reach.</summary>
internal sealed class OfflineReporter(
    OfflineClaims offline, CustomerMemory memory, BusinessKeys businessKeys, ControlCalls control, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Reports each claim; one that New had won meanwhile waits for its customer to be carried.</summary>
    internal async Task ReportAsync()
    {
        foreach (var kept in offline.ToReport.TakeWhile(_ => control.Reachable))
        {
            var view = await control.AskAsync((api, cancellationToken) => api.MakeClaimAsync(
                new MakeClaim(
                    kept.Dataset, kept.Key.ToString(), Words.Of(kept.Claim.Side), kept.Claim.Revision, kept.Claim.Number - 1,
                    Offline: true, Keep: TimeSpan.FromSeconds(kept.KeepSeconds)),
                cancellationToken));
            if (view is null)
            {
                // One that control does not take must not keep the others from it.
                continue;
            }

            var stands = CustomerFacts.ClaimOf(view);
            memory.Keep(kept.Key, facts => facts with { Claims = facts.Claims.SetItem(kept.Dataset, stands), At = 0 });
            if (stands.Side == kept.Claim.Side)
            {
                offline.Remove(kept);
            }
            else
            {
                offline.Lost(kept, stands);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (control.Reachable)
            {
                await ReportAsync();
                await businessKeys.CatchUpAsync();
            }
        }
    }
}
