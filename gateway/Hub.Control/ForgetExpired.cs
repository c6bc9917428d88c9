using Hub.Control.Store;
using Hub.Storage;
using Microsoft.Extensions.Hosting;

namespace Hub.Control;

/// <summary>
/// Removes, hourly, what has ended by itself: claims past their <c>Keep</c>, pins of a week, business keys of two years.
/// Revisions, documents and audit stay.
/// </summary>
internal sealed class ForgetExpired(ControlStore store, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromHours(1), time, stoppingToken);
            var now = time.GetUtcNow();
            await store.WriteAsync(connection =>
                connection.Execute($"DELETE FROM claim WHERE ends_at < {now}")
                + connection.Execute($"DELETE FROM pin WHERE started_at < {now.AddDays(-7)}")
                + connection.Execute($"DELETE FROM business_key WHERE at < {now.AddYears(-2)}"));
        }
    }
}
