using Hub.Town.Business.Carrier;
using Hub.Town.Business.Crm;
using Hub.Town.Business.Erp;
using Hub.Town.Business.Marketplace;
using Hub.Town.Legacy;
using Hub.Town.Services.Cart;
using Hub.Town.Services.Customer;
using Hub.Town.Services.Inventory;
using Hub.Town.Services.Order;
using Hub.Town.Services.Pricing;
using Hub.Town.Services.Product;
using Hub.Town.Storefront;
using Microsoft.AspNetCore.Builder;

namespace Hub.Town;

/// <summary>
/// A town to play in: a legacy shop, the new storefront with its services, and the business systems around them, each an
/// HTTP server of its own on loopback, all in this process. Its state is in <see cref="TownOptions.Folder"/> and survives
/// a restart and a kill.
/// </summary>
public sealed class Town : IAsyncDisposable
{
    /// <summary>What stands in the town: how a part is built, and where.</summary>
    private static readonly (Func<TownContext, Uri, WebApplication> Build, Func<TownAddresses, Uri> Address)[] Parts =
    [
        (LegacyShop.Build, town => town.Legacy),
        (ProductShelf.Build, town => town.Product),
        (PriceList.Build, town => town.Pricing),
        (CartStand.Build, town => town.Cart),
        (OrderBook.Build, town => town.Order),
        (StockRoom.Build, town => town.Inventory),
        (CustomerFile.Build, town => town.Customer),
        (ErpSystem.Build, town => town.Erp),
        (CrmSystem.Build, town => town.Crm),
        (CarrierSystem.Build, town => town.Carrier),
        (MarketplaceSystem.Build, town => town.Marketplace),
        (NewShop.Build, town => town.Storefront),
    ];

    private readonly List<WebApplication> _parts = [];

    private Town(TownAddresses addresses) => Addresses = addresses;

    public TownAddresses Addresses { get; }

    /// <summary>Starts every part; when it returns, all of them answer.</summary>
    /// <exception cref="IOException">A port is taken; the message names it.</exception>
    public static async Task<Town> StartAsync(TownOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        var addresses = TownAddresses.Of(TownPorts.Of(options));
        var context = new TownContext(
            Path.GetFullPath(options.Folder), options.Time, options.Seed, options.PublicUrl ?? addresses.Legacy, addresses, options.Loggers)
        {
            MarketplaceEvery = options.MarketplaceEvery,
        };
        if (options.IdentityKeys is { } keys)
        {
            context = context with { IdentityKeys = keys };
        }

        var town = new Town(addresses);
        try
        {
            foreach (var (build, address) in Parts)
            {
                var part = build(context, address(addresses));
                town._parts.Add(part);
                await part.StartAsync(cancellationToken);
            }

            return town;
        }
        catch
        {
            await town.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops every part; requests under way get two seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await Task.WhenAll(_parts.Select(part => part.StopAsync(patience.Token)));
        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }

        _parts.Clear();
    }
}
