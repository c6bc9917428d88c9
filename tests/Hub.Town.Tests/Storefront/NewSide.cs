using Hub.Storage;
using Hub.Town.Legacy;
using Hub.Town.Services.Cart;
using Hub.Town.Services.Customer;
using Hub.Town.Services.Inventory;
using Hub.Town.Services.Order;
using Hub.Town.Services.Pricing;
using Hub.Town.Services.Product;
using Hub.Town.Storefront;
using Hub.Town.Storefront.Carts;
using Hub.Town.Storefront.Checkout;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Town.Tests.Storefront;

/// <summary>
/// Legacy, New's services and, once a test starts it, New's storefront: all real, for one test. Between storefront and
/// legacy stands a <see cref="Meddler"/>.
/// </summary>
public abstract class NewSide : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("town").FullName;
    private readonly List<WebApplication> _parts = [];
    private TownContext _context = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal Meddler Meddler { get; private set; } = null!;

    protected Uri Legacy => _context.Addresses.Legacy;

    /// <summary>Where the storefront stands, once it is started.</summary>
    protected Uri Shop => _context.Addresses.Storefront;

    public async ValueTask InitializeAsync()
    {
        var addresses = TownAddresses.Of(TownPorts.Of(new TownOptions { Folder = _folder }));
        var hub = HubStandIn.Build();
        await Start(hub);
        _context = new TownContext(_folder, TimeProvider.System, 1, addresses.Legacy, addresses, NullLoggerFactory.Instance)
        {
            IdentityKeys = new Uri(new Uri(hub.Urls.First()), "/.well-known/hub-jwks.json"),
        };
        await Start(LegacyShop.Build(_context, addresses.Legacy));
        await Start(ProductShelf.Build(_context, addresses.Product));
        await Start(PriceList.Build(_context, addresses.Pricing));
        await Start(CartStand.Build(_context, addresses.Cart));
        await Start(OrderBook.Build(_context, addresses.Order));
        await Start(StockRoom.Build(_context, addresses.Inventory));
        await Start(CustomerFile.Build(_context, addresses.Customer));
        Feed();
        Meddler = await Start(Meddler.Build(_context), new Meddler(addresses.Legacy));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var part in _parts.AsEnumerable().Reverse())
        {
            await part.StopAsync(CancellationToken.None);
            await part.DisposeAsync();
        }

        Meddler.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts the storefront; it takes two seconds for legacy's own time-out.</summary>
    /// <param name="patience">For how long a customer waits; by default until it is settled.</param>
    protected Task StartStorefront(TimeSpan? patience = null) => Start(NewShop.Build(
        _context with { Addresses = _context.Addresses with { Legacy = Meddler.Address } },
        _context.Addresses.Storefront,
        new StorefrontOptions { LegacyTimeOut = TimeSpan.FromSeconds(2), Patience = patience ?? TimeSpan.FromMinutes(1) }));

    /// <summary>The storefront's own store, as a storefront that was killed left it.</summary>
    internal SqliteFile OwnStore()
    {
        var file = _context.OpenStore("new-checkout.db");
        StorefrontSchema.Steps.Upgrade(file);
        return file;
    }

    internal CartClient Carts() => new(new HttpClient { BaseAddress = _context.Addresses.Cart });

    internal LegacyOrders LegacyOrders() => new(Legacy, TimeSpan.FromSeconds(10));

    protected long OrdersAtLegacy(string channel)
    {
        using var connection = _context.OpenStore("legacy.db").Open();
        return connection.QueryNumber($"SELECT count(*) FROM Orders WHERE Channel = {channel}")!.Value;
    }

    /// <summary>An address that a product had once.</summary>
    protected string OldSlug()
    {
        using var connection = _context.OpenStore("legacy.db").Open();
        return "/" + connection.Query($"SELECT Slug FROM UrlRecord WHERE RedirectTo IS NOT NULL LIMIT 1", row => row.GetString(0))[0];
    }

    /// <summary>Waits until it is so; a test that waits in vain ends by its own limit.</summary>
    protected static async Task Until(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }

    /// <summary>Brings legacy's tables to New's stores as the pipeline does, once.</summary>
    private void Feed()
    {
        Into(
            "new-product.db",
            $"INSERT INTO product SELECT Id, Sku, Name, ShortDescription, CategoryId, Published, Attributes, UpdatedOn FROM legacy.Product",
            $"INSERT INTO category SELECT Id, Name, ParentId, Published FROM legacy.Category",
            $"INSERT INTO slug SELECT Slug, EntityName, EntityId, IsActive, RedirectTo FROM legacy.UrlRecord",
            $"INSERT INTO topic SELECT Id, Title, Body FROM legacy.Topic");
        Into("new-pricing.db", $"INSERT INTO price SELECT Id, printf('%.2f', Price), 'EUR' FROM legacy.Product");
        Into("new-inventory.db", $"INSERT INTO stock SELECT ProductId, WarehouseId, Quantity, Reserved FROM legacy.WarehouseStock");
        Into("new-customer.db", $"INSERT INTO customer SELECT Id, Email, Name, Active, CreatedOn FROM legacy.Customer");
    }

    private void Into(string store, params FormattableString[] statements)
    {
        using var connection = _context.OpenStore(store).Open();
        connection.Execute($"ATTACH {Path.Combine(_folder, "legacy.db")} AS legacy");
        foreach (var statement in statements)
        {
            connection.Execute(statement);
        }

        connection.Execute($"DETACH legacy");
    }

    private async Task Start(WebApplication part)
    {
        _parts.Add(part);
        await part.StartAsync(Cancellation);
    }

    private async Task<Meddler> Start(WebApplication part, Meddler meddler)
    {
        meddler.Map(part);
        await Start(part);
        meddler.Address = new Uri(part.Urls.First());
        return meddler;
    }

    /// <summary>A browser of a customer, as the hub lets it through.</summary>
    internal static Browser Browse(Uri side, string? key = null, long? account = null, string? name = null, string? claims = null) =>
        new(side, new Dictionary<string, string?>
        {
            ["Hub-Identity"] = key is null && account is null && claims is null ? null : HubStandIn.Sign(key, account, name, claims),
        });
}
