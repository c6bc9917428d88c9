using Contoso.Entries;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Contoso;

/// <summary>Ready means that the store answers.</summary>
internal sealed class StoreHealth(EntryStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await store.PingAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
