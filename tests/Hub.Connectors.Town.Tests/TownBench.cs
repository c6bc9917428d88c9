using System.Net.Http.Headers;
using System.Net.Http.Json;
using Hub.Commerce;
using Hub.Configuration;
using Hub.Town;
using Hub.Town.Business;
using Hub.Town.Business.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Connectors.Town.Tests;

/// <summary>The real town, on a clock that only the test moves.</summary>
public sealed class TownBench : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-town-").FullName;
    private readonly HttpClient _http = new();
    private Hub.Town.Town? _town;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2027, 1, 31, 6, 0, 0, TimeSpan.Zero));

    public TownAddresses Addresses => _town!.Addresses;

    public static Order Order(string key, string sku = "TS-001") => new(
        OrderKey.Parse(key), "10042", new DateTimeOffset(2027, 1, 31, 6, 0, 0, TimeSpan.Zero), new Contact("a@b.example", "A. Buyer"),
        [new OrderLine(Sku.Parse(sku), "Teapot", 2, Money.Parse("9.95 EUR"))], Money.Parse("19.90 EUR"),
        new Address("A. Buyer", "Main 1", "Berlin", "10115", "DE"));

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

        await File.WriteAllTextAsync(Path.Combine(_folder, "wrong"), "wrong", TestContext.Current.CancellationToken);
        foreach (var token in new[] { TownTokens.Erp, TownTokens.Marketplace, "town-partner" })
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, token), token, TestContext.Current.CancellationToken);
        }
    }

    public Secret Token(string name) => Secret.TryParse($"file:{_folder}/{name}", out var secret) ? secret : throw new InvalidOperationException(name);

    public TPort Make<TPort>(Action<IServiceCollection> add)
        where TPort : class
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Time);
        add(services);
        return services.BuildServiceProvider().GetRequiredService<TPort>();
    }

    public IOrderBooking Erp(string token = TownTokens.Erp, Uri? address = null) => Make<IOrderBooking>(services => services.AddTownErp(
        new TownErpOptions { Vendor = "town-erp", Address = address ?? Addresses.Erp, Token = Token(token) }));

    public async Task TurnDialAsync(Uri system, FaultDial dial) =>
        (await _http.PutAsJsonAsync(new Uri(system, "/faults"), dial)).EnsureSuccessStatusCode();

    public async Task<int> HangingAsync(Uri system) => (await _http.GetFromJsonAsync<FaultDial>(new Uri(system, "/faults")))!.Hanging;

    public async Task BuyAsync()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Addresses.Marketplace, "/orders"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TownTokens.Marketplace);
        (await _http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    /// <summary>Lets a call that the system keeps hanging come to its time-out.</summary>
    public async Task<T> LetHangAsync<T>(Uri system, Task<T> call)
    {
        while (!call.IsCompleted)
        {
            await Task.WhenAny(call, Task.Delay(2, TestContext.Current.CancellationToken));
            if (await HangingAsync(system) > 0)
            {
                Time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        return await call;
    }

    public async ValueTask DisposeAsync()
    {
        await _town!.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
