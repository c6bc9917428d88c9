using Microsoft.Extensions.Hosting;

namespace Hub.Town.Business.Marketplace;

/// <summary>Buys something at the marketplace at a steady rate.</summary>
internal sealed class MarketplaceBuyers(MarketplaceStore store, TownContext town) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (town.MarketplaceEvery is not { } pace)
        {
            return;
        }

        using var timer = new PeriodicTimer(pace, town.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            store.Place();
        }
    }
}
