using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hub.Town;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Hub.Benchmarks.Orders;

/// <summary>
/// Servers between the hub and the shop, the ERP, the carrier and the marketplace, which pass everything on and note for each order when it was told, when
/// each call for it came, and when that was answered.
/// </summary>
internal sealed class OrderTaps(TownAddresses town) : IAsyncDisposable
{
    /// <summary>The calls of an order's way, in their order; each is caused by the answer to the one before, the first by the page that tells the order.</summary>
    public static readonly ImmutableArray<string> Steps = ["enter", "book", "ship", "confirm"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
    private readonly ConcurrentDictionary<(string Step, string Key), long> _came = new();
    private readonly ConcurrentDictionary<(string Step, string Key), long> _answered = new();
    private readonly List<WebApplication> _taps = [];

    /// <summary>Bookings of these are answered with 500 and not passed on.</summary>
    public ConcurrentDictionary<string, bool> Failing { get; } = new();

    /// <summary>Where the hub is to call instead of the town.</summary>
    public async Task<(Uri Shop, Uri Erp, Uri Carrier, Uri Marketplace)> StartAsync() =>
        (await StartAsync(town.Legacy), await StartAsync(town.Erp), await StartAsync(town.Carrier), await StartAsync(town.Marketplace));

    /// <summary>How many of these orders the marketplace was told about.</summary>
    public int Confirmed(IEnumerable<string> keys) => keys.Count(key => _answered.ContainsKey((Steps[^1], key)));

    /// <summary>How long after the message that causes it each call came.</summary>
    public IEnumerable<TimeSpan> Added(string step, IEnumerable<string> keys)
    {
        var before = Steps.IndexOf(step) is 0 ? "told" : Steps[Steps.IndexOf(step) - 1];
        return keys.Where(key => _came.ContainsKey((step, key))).Select(key => TimeProvider.System.GetElapsedTime(_answered[(before, key)], _came[(step, key)]));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tap in _taps)
        {
            await tap.DisposeAsync();
        }

        _client.Dispose();
    }

    private async Task<Uri> StartAsync(Uri target)
    {
        var address = new Uri($"http://127.0.0.1:{FreePorts.Draw()}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        builder.Services.AddHttpForwarder();
        var tap = builder.Build();
        tap.Run(context => PassAsync(context, target));
        _taps.Add(tap);
        await tap.StartAsync();
        return address;
    }

    private async Task PassAsync(HttpContext context, Uri target)
    {
        if (context.Request.Path == "/orders" && HttpMethods.IsGet(context.Request.Method))
        {
            await PassOrdersAsync(context, target);
            return;
        }

        if (await ReadAsync(context.Request) is not { } call)
        {
            await ForwardAsync(context, target);
            return;
        }

        _came.TryAdd(call, TimeProvider.System.GetTimestamp());
        if (call.Step == "book" && Failing.ContainsKey(call.Key))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
        else if (await ForwardAsync(context, target))
        {
            _answered.TryAdd(call, TimeProvider.System.GetTimestamp());
        }
    }

    private async Task PassOrdersAsync(HttpContext context, Uri target)
    {
        var client = context.Response.Body;
        using var page = new MemoryStream();
        context.Response.Body = page;
        var told = await ForwardAsync(context, target);
        await client.WriteAsync(page.ToArray(), context.RequestAborted);
        var now = TimeProvider.System.GetTimestamp();
        if (told)
        {
            using var orders = JsonDocument.Parse(page.ToArray());
            foreach (var order in orders.RootElement.GetProperty("orders").EnumerateArray())
            {
                _answered.TryAdd(("told", Key(order.GetProperty("id").GetString()!)), now);
            }
        }
    }

    /// <returns>Whether it succeeded there.</returns>
    private async Task<bool> ForwardAsync(HttpContext context, Uri target) =>
        await context.RequestServices.GetRequiredService<IHttpForwarder>().SendAsync(context, target.ToString(), _client) is ForwarderError.None
            && context.Response.StatusCode is >= 200 and < 300;

    public static string Key(string id) => string.Create(CultureInfo.InvariantCulture, $"market/{id}");

    private static async Task<(string Step, string Key)?> ReadAsync(HttpRequest request)
    {
        var step = (request.Method, request.Path.Value) switch
        {
            ("POST", "/partner/orders") => "enter",
            ("POST", "/sales") => "book",
            ("POST", "/shipments") => "ship",
            ("POST", { } path) when path.EndsWith("/shipment", StringComparison.Ordinal) => "confirm",
            _ => null,
        };
        if (step is null)
        {
            return null;
        }

        request.EnableBuffering();
        using var body = await JsonDocument.ParseAsync(request.Body, default, request.HttpContext.RequestAborted);
        request.Body.Position = 0;
        return (step, body.RootElement.GetProperty("reference").GetString()!);
    }
}
