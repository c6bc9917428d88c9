using Hub.Control.Access;
using Hub.Control.Revisions;
using Hub.Control.Store;
using Microsoft.Extensions.Hosting;

namespace Hub.Control.Identity;

/// <summary>Looks hourly whether the key that signs has come of age (<c>Hub.Customer.Identity.Rotate</c>), and lets the next one sign.</summary>
internal sealed class AgeIdentityKeys(RevisionLog revisions, ControlStore store, TimeProvider time) : BackgroundService
{
    private static readonly Caller Age = new("hub", Role.Admin, "age");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            if (IsOfAge())
            {
                await IdentityKeyEndpoints.NextAsync(revisions, Age, compromised: false, "it has come of age");
            }

            await Task.Delay(TimeSpan.FromHours(1), time, stoppingToken);
        }
    }

    private bool IsOfAge()
    {
        using var connection = store.Open();
        var age = revisions.Current.Document.Config.Customer.Identity.Rotate;
        return IdentityKeys.Read(connection).Any(key => key.Signs && time.GetUtcNow() - key.SignsSince >= age);
    }
}
