using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Benchmarks.Running;
using Hub.Running;
using Hub.Servers;
using Hub.Town.Business;
using Hub.Town.Business.Faults;
using Npgsql;

namespace Hub.Benchmarks.Orders;

/// <summary>
/// Orders of a marketplace through the whole way, every plane and the town as a process of its own, the adapters' store in PostgreSQL: fetched, entered into
/// the shop, told by the change feed, booked, shipped and confirmed. What the hub adds before each call at a pace, and how many it does a minute when all come
/// at once: five times with everything well, then with an order that always fails and with a vendor that is down.
/// </summary>
internal static class OrdersBenchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_POSTGRES") is not { Length: > 0 })
        {
            Console.Error.WriteLine("HUB_TEST_POSTGRES is not set; docs/testing.md says how to start one.");
            return 2;
        }

        var paces = (arguments.Length > 0 ? arguments[0] : "500,1000").Split(',').Select(pace => int.Parse(pace, CultureInfo.InvariantCulture)).ToList();
        var seconds = arguments.Number(1, 60);
        var flood = arguments.Number(2, 500);
        await using var server = await TestDatabase.PostgresAsync("hub_orders");
        var store = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = true };
        var password = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(password, store.Password);
            store.Remove("Password");
            Machine.Print();
            await using var run = await TownRun.StartPlanesAsync(1, "--store", store.ConnectionString, "--store-password", $"file:{password}");
            await using var taps = new OrderTaps(run.Town);
            var (shop, erp, carrier, marketplace) = await taps.StartAsync();
            await run.RewriteConfigAsync(text => text
                .Replace($"{run.Town.Erp}", $"{erp}", StringComparison.Ordinal)
                .Replace($"{run.Town.Carrier}", $"{carrier}", StringComparison.Ordinal)
                .Replace($"{run.Town.Marketplace}", $"{marketplace}", StringComparison.Ordinal)
                .Replace("town-shop\", \"Address\": \"" + run.Town.Legacy, "town-shop\", \"Address\": \"" + shop, StringComparison.Ordinal));
            using var buyer = new Buyer(run);
            await MeasureFloodAsync("to warm up", taps, buyer, flood);
            foreach (var pace in paces)
            {
                await MeasurePaceAsync(taps, buyer, pace, seconds);
            }

            await MeasureFloodsAsync(taps, buyer, run, flood);
            await PrintBooksAsync(buyer, run, taps);
            return 0;
        }
        finally
        {
            File.Delete(password);
        }
    }

    private static async Task MeasurePaceAsync(OrderTaps taps, Buyer buyer, int pace, int seconds)
    {
        var keys = new List<string>();
        using (var timer = new PeriodicTimer(TimeSpan.FromMinutes(1.0 / pace)))
        {
            for (var i = 0; i < pace * seconds / 60; i++)
            {
                await timer.WaitForNextTickAsync();
                keys.Add(await buyer.BuyAsync());
            }
        }

        var behind = keys.Count - taps.Confirmed(keys);
        await UntilConfirmedAsync(taps, keys);
        Console.WriteLine($"{pace}/min for {seconds} s: {keys.Count} orders, {behind} of them not confirmed yet when the last was placed");
        foreach (var step in OrderTaps.Steps)
        {
            var added = taps.Added(step, keys).Select(span => span.TotalMilliseconds).ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  before '{step}': median {Ratios.Percentile(added, .5):0.0} ms, p99 {Ratios.Percentile(added, .99):0.0} ms, longest {added.Max():0.0} ms"));
        }
    }

    private static async Task MeasureFloodsAsync(OrderTaps taps, Buyer buyer, TownRun run, int flood)
    {
        var well = new List<double>();
        for (var i = 1; i <= 5; i++)
        {
            well.Add(await MeasureFloodAsync($"all well, {i}", taps, buyer, flood));
        }

        var failing = await buyer.BuyAsync();
        taps.Failing[failing] = true;
        var withOrder = await MeasureFloodAsync("an order that always fails", taps, buyer, flood);
        taps.Failing.Clear();
        await buyer.TurnDialAsync(run.Town.Crm, new FaultDial { TimeoutAfterSuccessRate = 1 });
        var withVendor = await MeasureFloodAsync("a CRM that never answers", taps, buyer, flood);
        await buyer.TurnDialAsync(run.Town.Crm, new FaultDial { Down = true });
        var withDown = await MeasureFloodAsync("a CRM that is down", taps, buyer, flood);
        await buyer.TurnDialAsync(run.Town.Crm, new FaultDial());
        await UntilConfirmedAsync(taps, [failing]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"all well {well.Min():0} to {well.Max():0} orders/min; beside a failing order {withOrder:0}, a CRM that hangs {withVendor:0}, one that is down {withDown:0}"));
    }

    /// <summary>All at once: orders a minute, from the first placed to the last confirmed.</summary>
    private static async Task<double> MeasureFloodAsync(string what, OrderTaps taps, Buyer buyer, int orders)
    {
        var keys = new List<string>();
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < orders; i++)
        {
            keys.Add(await buyer.BuyAsync());
        }

        await UntilConfirmedAsync(taps, keys);
        var perMinute = orders / TimeProvider.System.GetElapsedTime(began).TotalMinutes;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{orders} at once, {what}: {perMinute:0}/min"));
        return perMinute;
    }

    private static async Task UntilConfirmedAsync(OrderTaps taps, List<string> keys)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (taps.Confirmed(keys) < keys.Count)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"{keys.Count - taps.Confirmed(keys)} of {keys.Count} orders were not confirmed within {Patience}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Each order stands once at the ERP and once at the carrier.</summary>
    private static async Task PrintBooksAsync(Buyer buyer, TownRun run, OrderTaps taps)
    {
        foreach (var (what, address, token) in new[]
        {
            ("ERP", new Uri(run.Town.Erp, "sales"), TownTokens.Erp), ("carrier", new Uri(run.Town.Carrier, "shipments"), TownTokens.Carrier),
        })
        {
            var counts = (await buyer.ReadAsync(address, token)).Select(row => row.GetProperty("reference").GetString()!).Where(buyer.Bought.Contains)
                .CountBy(key => key).ToDictionary();
            Console.WriteLine($"{what}: {counts.Count} of {buyer.Bought.Count} orders, {counts.Count(count => count.Value > 1)} of them more than once");
        }

        Console.WriteLine($"marketplace: {taps.Confirmed(buyer.Bought)} confirmed");
    }

    /// <summary>Who buys at the marketplace, and looks into books and at dials.</summary>
    private sealed class Buyer(TownRun run) : IDisposable
    {
        private readonly HttpClient _http = new();

        public HashSet<string> Bought { get; } = [];

        public async Task<string> BuyAsync()
        {
            using var response = await SendAsync(HttpMethod.Post, new Uri(run.Town.Marketplace, "orders"), TownTokens.Marketplace);
            var key = OrderTaps.Key((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
            Bought.Add(key);
            return key;
        }

        public async Task<JsonElement[]> ReadAsync(Uri address, string token)
        {
            using var response = await SendAsync(HttpMethod.Get, address, token);
            return (await response.Content.ReadFromJsonAsync<JsonElement[]>())!;
        }

        public async Task TurnDialAsync(Uri system, FaultDial dial) =>
            (await _http.PutAsJsonAsync(new Uri(system, "faults"), dial)).EnsureSuccessStatusCode();

        public void Dispose() => _http.Dispose();

        private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, string token)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return (await _http.SendAsync(request)).EnsureSuccessStatusCode();
        }
    }
}
