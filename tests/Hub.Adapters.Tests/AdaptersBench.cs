using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Adapters.Connectors;
using Hub.Adapters.Webhooks;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Connectors.Limits;
using Hub.Control.Protocol;
using Hub.Planes;
using Hub.Processes;
using Hub.Processes.Bus;
using Hub.Town;
using Hub.Town.Business;
using Hub.Town.Business.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Adapters.Tests;

/// <summary>A real town and an adapters plane in process, on a clock that only the test moves.</summary>
public sealed class AdaptersBench : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-adapters-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private Hub.Town.Town? _town;
    private WebApplication? _plane;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2027, 1, 31, 6, 0, 0, TimeSpan.Zero));

    /// <summary>How long effects are tried.</summary>
    public TimeSpan Patience { get; init; } = new ProcessOptions().Patience;

    /// <summary>The connection string of a PostgreSQL that is the store.</summary>
    /// <value>The default is none: a file.</value>
    public string? Store { get; init; }

    /// <summary>Kinds of connectors beside those that this build has.</summary>
    public ImmutableArray<ConnectorVendor> Vendors { get; init; } = [];

    internal WebhookOptions Webhooks { get; init; } = new();

    /// <summary>Buses that a document may name.</summary>
    internal ImmutableArray<BusTransport> Buses { get; init; } = [];

    public TownAddresses Addresses => _town!.Addresses;

    public IServiceProvider Services => _plane!.Services;

    /// <summary>Where the plane listens.</summary>
    public Uri PlaneApi => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var attempt = 1; _town is null; attempt++)
        {
            try
            {
                _town = await Hub.Town.Town.StartAsync(
                    new TownOptions { Folder = Path.Combine(_folder, $"town{attempt}"), Time = Time }, TestContext.Current.CancellationToken);
            }
            catch (IOException) when (attempt < 5)
            {
                // Between drawing a port and listening on it another process took it: draw anew.
            }
        }

        foreach (var token in new[] { TownTokens.Erp, TownTokens.Crm, TownTokens.Carrier, TownTokens.Marketplace, "town-partner" })
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, token), token, Cancel);
        }

        await StartPlaneAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillPlaneAsync();
        await _town!.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public async Task StartPlaneAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting().AddLogging().AddSingleton<TimeProvider>(Time);
        builder.Services.AddHubAdapters(new AdaptersOptions
        {
            Vendors = [.. KnownVendors.All, .. Vendors],
            Webhooks = Webhooks,
            Store = Store is { } connection ? new StoreOptions { Connection = connection } : null,
            Buses = Buses,
            Processes = new ProcessOptions { Drain = TimeSpan.Zero, Patience = Patience },
            Plane = new PlaneOptions
            {
                Name = "adapters-1",
                Role = "adapters",
                // Nobody listens there: the test hands the document over itself.
                Control = new Uri("http://127.0.0.1:1"),
                Token = "none",
                Folder = Path.Combine(_folder, "plane"),
                Api = () => new Uri("http://127.0.0.1:1"),
            },
        });
        _plane = builder.Build();
        _plane.MapHubAdapters();
        await _plane.StartAsync(Cancel);
        Assert.Empty(await TakeAsync(Document()));
    }

    /// <summary>Cuts what is in flight at once: what the store holds is all that is left, as after a kill.</summary>
    public async Task KillPlaneAsync()
    {
        if (_plane is not null)
        {
            await _plane.StopAsync(CancellationToken.None);
            await _plane.DisposeAsync();
            _plane = null;
        }
    }

    public string Document(string intake = "now", string erpTimeout = "00:00:10") => $$"""
        { "Hub": { "Orders": { "Intake": "{{intake}}" }, "Connectors": {
          "erp": { "Vendor": "town-erp", "Address": "{{Addresses.Erp}}", "Token": "file:{{_folder}}/town-erp", "Timeout": "{{erpTimeout}}" },
          "crm": { "Vendor": "town-crm", "Address": "{{Addresses.Crm}}", "Token": "file:{{_folder}}/town-crm" },
          "carrier": { "Vendor": "town-carrier", "Address": "{{Addresses.Carrier}}", "Token": "file:{{_folder}}/town-carrier" },
          "bazaar": { "Vendor": "town-marketplace", "Address": "{{Addresses.Marketplace}}", "Token": "file:{{_folder}}/town-marketplace" },
          "shop": { "Vendor": "town-shop", "Address": "{{Addresses.Legacy}}", "Token": "file:{{_folder}}/town-partner" } } } }
        """;

    public ValueTask<ImmutableArray<string>> TakeAsync(string document) => Services.GetRequiredService<TakeRevision>().HandleAsync(
        new Revision(
            new RevisionId("00000001", 1), Time.GetUtcNow(), "hash", document, ImmutableSortedDictionary<string, GroupState>.Empty,
            ImmutableSortedDictionary<string, DatasetState>.Empty, null, [], new PlaneKeys([], [])),
        Cancel);

    /// <summary>An order as the change feed would show it.</summary>
    public Order Order(string key, int minutesAgo = 0, string sku = "TS-001", string country = "DE") => new(
        OrderKey.Parse(key), "10042", Time.GetUtcNow().AddMinutes(-minutesAgo), new Contact("a@b.example", "A. Buyer"),
        [new OrderLine(Sku.Parse(sku), "Teapot", 2, Money.Parse("9.95 EUR"))], Money.Parse("19.90 EUR"),
        new Address("A. Buyer", "Main 1", "Berlin", "10115", country));

    public Task<HttpResponseMessage> ReceiveAsync(Order order) => PostAsync(new OutboxMessage(
        "1", "orders", "order", order.Key.ToString(), Time.GetUtcNow(), JsonSerializer.SerializeToElement(order, CommerceJson.Options)));

    public Task<HttpResponseMessage> PostAsync(object message) => SendAsync(HttpMethod.Post, "/api/orders", JsonContent.Create(message));

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(PlaneApi, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Services.GetRequiredService<PlaneLink>().ApiToken);
        return _http.SendAsync(request, Cancel);
    }

    /// <summary>Sends it as a stranger would.</summary>
    public Task<HttpResponseMessage> PostWithoutTokenAsync(string path, HttpRequestMessage request)
    {
        request.RequestUri = new Uri(PlaneApi, path);
        return _http.SendAsync(request, Cancel);
    }

    public async Task<T> GetAsync<T>(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<T>(Cancel))!;
    }

    public Task<OrderView[]> OrdersAsync() => GetAsync<OrderView[]>("/api/orders");

    public async Task<string> StateAsync(string key) => (await OrdersAsync()).SingleOrDefault(order => order.Key == key)?.State ?? "unheard of";

    /// <summary>What a business system holds, counted by our reference.</summary>
    public async Task<Dictionary<string, int>> CountAsync(Uri system, string path, string token)
    {
        var rows = await AskTownAsync<JsonElement[]>(HttpMethod.Get, new Uri(system, path), token);
        return rows.GroupBy(row => row.GetProperty("reference").GetString()!).ToDictionary(rows => rows.Key, rows => rows.Count());
    }

    public async Task<T> AskTownAsync<T>(HttpMethod method, Uri address, string token, object? body = null)
    {
        using var response = await SendTownAsync(method, address, token, body);
        return (await response.Content.ReadFromJsonAsync<T>(Cancel))!;
    }

    /// <summary>As a person or another program does it, beside the hub.</summary>
    public async Task<HttpResponseMessage> SendTownAsync(HttpMethod method, Uri address, string token, object? body = null)
    {
        var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("X-Partner-Key", token);
        var response = await _http.SendAsync(request, Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{address}: {response.StatusCode}");
        return response;
    }

    /// <summary>Sets the same faults at ERP, CRM, carrier and marketplace.</summary>
    public async Task TurnDialsAsync(FaultDial dial)
    {
        foreach (var system in new[] { Addresses.Erp, Addresses.Crm, Addresses.Carrier, Addresses.Marketplace })
        {
            await TurnDialAsync(system, dial);
        }
    }

    public async Task TurnDialAsync(Uri system, FaultDial dial) =>
        (await _http.PutAsJsonAsync(new Uri(system, "/faults"), dial, Cancel)).EnsureSuccessStatusCode();

    /// <summary>Compares the books of a day, while the clock goes on slowly: what waits before it asks again comes to its end.</summary>
    public async Task<ReconciliationView> ReconcileAsync(DateOnly day, string? channel = null)
    {
        using var started = await SendAsync(HttpMethod.Post, "/api/reconciliations", JsonContent.Create(new StartReconciliation(day, channel)));
        Assert.Equal(HttpStatusCode.OK, started.StatusCode);
        var view = (await started.Content.ReadFromJsonAsync<ReconciliationView>(Cancel))!;
        var began = TimeProvider.System.GetTimestamp();
        while (view.State == "running")
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), "The comparison never ended.");
            await Task.Delay(25, Cancel);
            Time.Advance(TimeSpan.FromSeconds(0.25));
            view = await GetAsync<ReconciliationView>($"/api/reconciliations/{view.Id}");
        }

        Assert.Null(view.Problem);
        return view;
    }

    /// <summary>Plays the change feed: what was entered into the shop comes back as received.</summary>
    public async Task FeedAsync()
    {
        foreach (var order in (await OrdersAsync()).Where(order => order.State == "entered"))
        {
            var detail = await GetAsync<OrderDetail>($"/api/orders/{order.Key}");
            using var response = await PostAsync(new OutboxMessage("1", "orders", "order", order.Key, Time.GetUtcNow(), detail.Body));
            Assert.True(response.IsSuccessStatusCode);
        }
    }

    /// <summary>Waits until it is so, moving the clock whenever no call is under way but those that hang on purpose.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"It never came to this: {what}. {JsonSerializer.Serialize(await OrdersAsync())}");
            await Task.Delay(2, Cancel);
            if (Services.GetRequiredService<ProcessPump>().InFlight <= await HangingAsync() + WaitingForALimit())
            {
                Time.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    private int WaitingForALimit() => Services.GetRequiredService<ConnectorSet>().All.Sum(connector => connector.Find<VendorLimits>()?.Waiting ?? 0);

    private async Task<int> HangingAsync()
    {
        var hanging = 0;
        foreach (var system in new[] { Addresses.Erp, Addresses.Crm, Addresses.Carrier, Addresses.Marketplace })
        {
            hanging += (await _http.GetFromJsonAsync<FaultDial>(new Uri(system, "/faults"), Cancel))!.Hanging;
        }

        return hanging;
    }
}
