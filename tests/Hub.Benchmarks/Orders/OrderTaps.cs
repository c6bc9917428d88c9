using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hub.Town;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Benchmarks.Orders;

/// <summary>
/// Servers between the hub and the shop, the ERP, the carrier and the marketplace, which pass everything on and note for each order when it was told, when
/// each call for it came, and when that was answered.
/// </summary>
internal sealed class OrderTaps(TownAddresses town) : IAsyncDisposable
{
    /// <summary>The calls of an order's way, in their order; each is caused by the answer to the one before, the first by the page that tells the order.</summary>
    public static readonly ImmutableArray<string> Steps = ["enter", "book", "ship", "confirm"];

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };
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
        var tap = builder.Build();
        tap.Run(context => PassAsync(context, target));
        _taps.Add(tap);
        await tap.StartAsync();
        return address;
    }

    private async Task PassAsync(HttpContext context, Uri target)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var call = Read(context.Request, body);
        if (call is { } at)
        {
            _came.TryAdd(at, TimeProvider.System.GetTimestamp());
            if (at.Step == "book" && Failing.ContainsKey(at.Key))
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return;
            }
        }

        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(target, context.Request.Path + context.Request.QueryString))
        {
            Content = body.Length == 0 ? null : new ByteArrayContent(body.ToArray()),
        };
        foreach (var (name, values) in context.Request.Headers)
        {
            if (name is not ("Host" or "Content-Length" or "Transfer-Encoding") && !request.Headers.TryAddWithoutValidation(name, [.. values]))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
            }
        }

        using var response = await _client.SendAsync(request, context.RequestAborted);
        var answer = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        var now = TimeProvider.System.GetTimestamp();
        if (call is { } done && response.IsSuccessStatusCode)
        {
            _answered.TryAdd(done, now);
        }
        else if (context.Request.Path == "/orders" && HttpMethods.IsGet(context.Request.Method) && response.IsSuccessStatusCode)
        {
            foreach (var order in JsonDocument.Parse(answer).RootElement.GetProperty("orders").EnumerateArray())
            {
                _answered.TryAdd(("told", Key(order.GetProperty("id").GetString()!)), now);
            }
        }
    }

    public static string Key(string id) => string.Create(CultureInfo.InvariantCulture, $"market/{id}");

    private static (string Step, string Key)? Read(HttpRequest request, MemoryStream body)
    {
        var step = (request.Method, request.Path.Value) switch
        {
            ("POST", "/partner/orders") => "enter",
            ("POST", "/sales") => "book",
            ("POST", "/shipments") => "ship",
            ("POST", { } path) when path.EndsWith("/shipment", StringComparison.Ordinal) => "confirm",
            _ => null,
        };
        return step is null ? null : (step, JsonDocument.Parse(body.ToArray()).RootElement.GetProperty("reference").GetString()!);
    }
}
