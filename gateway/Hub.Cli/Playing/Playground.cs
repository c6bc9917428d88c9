using Hub.Cli.Running;
using Hub.Town;
using Hub.Town.Shoppers;
using Microsoft.Extensions.Logging;

namespace Hub.Cli.Playing;

/// <summary>The town with its hub in front, in one process.</summary>
internal sealed class Playground : IAsyncDisposable
{
    // Two walks a second keep the tables moving and a laptop quiet; the crawler goes round all the while.
    private const double WalksASecond = 2;
    private const double CrawlsASecond = 4;

    private readonly CancellationTokenSource _leaving = new();
    private Town.Town? _town;
    private ShopperCrowd? _crowd;
    private Task _shoppers = Task.CompletedTask;

    private Playground(RunningHub hub, Town.Town town, Uri shop) => (Hub, _town, Shop) = (hub, town, shop);

    public RunningHub Hub { get; }

    /// <summary>The shop as customers type it.</summary>
    public Uri Shop { get; }

    public Uri Control => Hub.Addresses.First(part => part.Role == HubRole.Control).Address;

    public static async Task<Playground> StartAsync(RunOptions options, int seed, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(options.Folder, "town");
        var shop = new Uri($"http://localhost:{options.Port}/");
        var loggers = LoggerFactory.Create(logging => RoleHost.AddLogs(logging, "town", options.Verbose));
        var town = await TownStart.StartAsync(
            new TownOptions
            {
                Folder = folder,
                Seed = seed,
                PublicUrl = shop,
                MarketplaceEvery = TimeSpan.FromSeconds(10),
                Loggers = loggers,
            },
            cancellationToken);
        try
        {
            if (!File.Exists(options.File))
            {
                await TownConfig.WriteAsync(options.File!, folder, shop, town.Addresses, cancellationToken);
            }

            return new Playground(await RunningHub.StartAsync(options, cancellationToken), town, shop);
        }
        catch
        {
            await town.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets shoppers and a crawler in, until the end.</summary>
    public void LetShoppersIn(int seed)
    {
        var options = new ShopperOptions { Shop = Shop, Seed = seed };
        _crowd = new ShopperCrowd(options, WalksASecond);
        _shoppers = Task.WhenAll(_crowd.RunAsync(null, cancellationToken: _leaving.Token), CrawlAsync(options));
    }

    /// <summary>Shoppers leave, the gateway drains, the rest stops side by side: within five seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _shoppers.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await Hub.DisposeAsync();
        if (_town is { } town)
        {
            _town = null;
            await town.DisposeAsync();
        }

        _crowd?.Dispose();
        _leaving.Dispose();
    }

    private async Task CrawlAsync(ShopperOptions options)
    {
        while (!_leaving.IsCancellationRequested)
        {
            await Crawler.RunAsync(options, pages: 300, rate: CrawlsASecond, cancellationToken: _leaving.Token);
        }
    }
}
