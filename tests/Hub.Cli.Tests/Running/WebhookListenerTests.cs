using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Hub.Cli.Running;
using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Connectors.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Cli.Tests.Running;

/// <summary><c>hub run --webhooks --webhooks-public</c>: what vendors reach is webhooks and nothing else.</summary>
public sealed class WebhookListenerTests : IAsyncLifetime
{
    private static readonly byte[] Key = "a key of some length, thirty-two"u8.ToArray();
    private readonly Hand _hand = new();
    private readonly ConcurrentQueue<WebhookRequest> _read = [];
    private readonly HttpClient _http = new();
    private RunningHub _hub = null!;
    private Uri _api = null!;
    private Uri _open = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listener_ForWebhooks_AnswersThemAndTheApiDoesNot()
    {
        Assert.Equal(HttpStatusCode.OK, await PostAsync(new Uri(_open, "/webhooks/hooked?a=%2F"), Signed("event 1", "{}")));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(new Uri(_api, "/webhooks/hooked"), Signed("event 2", "{}")));

        // As the vendor called it, where a proxy stands before it: some sign the address.
        Assert.Equal("https://hooks.shop.example/webhooks/hooked?a=%2F", Assert.Single(_read).Url.OriginalString);
    }

    [Fact]
    public async Task Listener_ForWebhooks_RefusesWhatIsNoneOrNotFromTheVendor()
    {
        var hooked = new Uri(_open, "/webhooks/hooked");
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(new Uri(_open, "/webhooks/nobody"), Signed("event 1", "{}")));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(hooked, Signed("event 1", "{}", "{ }")));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(hooked, Signed("event 1", "{}", ageSeconds: 3600)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(hooked, Signed("event 1", new string(' ', (1 << 20) + 1))));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(hooked, Signed("event 1", new string(' ', (1 << 20) + 1)), chunked: true));
        using var get = await _http.GetAsync(hooked, Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Empty(_read);
    }

    [Fact]
    public async Task Listener_ForWebhooks_HasNoOtherPath()
    {
        // As it is written: a client would tidy the path up.
        foreach (var line in new[]
        {
            "GET /", "GET /health/live", "GET /health/ready", "GET /api/connectors", "GET /API/orders", "GET //api/orders", "POST /api/xref/set",
            "GET /webhooks/../api/orders", "GET /webhooks/%2e%2e/api/orders", "GET /webhooks%2f..%2fapi/orders", "GET http://127.0.0.1/api/orders",
            "GET /webhooks", "POST /webhooksx/hooked", "POST /webhooks/hooked/more",
        })
        {
            Assert.Equal((line, "HTTP/1.1 404 Not Found"), (line, await RawAsync(_open, line)));
        }
    }

    [Fact]
    public async Task Api_BesideAListenerForWebhooks_IsWhereItWas()
    {
        using var health = await _http.GetAsync(new Uri(_api, "/health/live"), Cancel);
        using var orders = await _http.GetAsync(new Uri(_api, "/api/orders"), Cancel);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (health.StatusCode, orders.StatusCode));
    }

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(_hand.Folder, "hub.json");
        await File.WriteAllTextAsync(
            file,
            """
            {
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "legacy", "Match": { "Path": "/{**rest}" } } },
                "Clusters": { "legacy": { "Destinations": { "one": { "Address": "http://127.0.0.1:1" } } } }
              },
              "Hub": { "Connectors": { "hooked": { "Vendor": "hooked", "Address": "http://127.0.0.1:1" } } }
            }
            """,
            Cancel);
        _hub = await RunningHub.StartAsync(
            new RunOptions
            {
                Roles = [HubRole.Control, HubRole.Adapters],
                Folder = Path.Combine(_hand.Folder, "hub-data"),
                File = file,
                ControlPort = 0,
                Webhooks = new Uri("http://127.0.0.1:0"),
                WebhooksPublic = new Uri("https://hooks.shop.example"),
                Vendors = [ConnectorVendor.Of<ConnectorOptions>("hooked", "crm", (services, _) => services.AddSingleton<ConnectorCalls>().AddSingleton<IWebhook>(new Hook(_read)))],
                Drain = TimeSpan.FromSeconds(1),
            },
            Cancel);
        var adapters = _hub.Addresses.Where(part => part.Role == HubRole.Adapters).Select(part => part.Address).ToList();
        (_api, _open) = (adapters[0], adapters[1]);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _hub.DisposeAsync();
        _hand.Dispose();
    }

    private static StringContent Signed(string id, string body, string? sent = null, int ageSeconds = 0)
    {
        var time = DateTimeOffset.UtcNow.AddSeconds(-ageSeconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var content = new StringContent(sent ?? body, Encoding.UTF8, "application/json");
        content.Headers.Add("webhook-id", id);
        content.Headers.Add("webhook-timestamp", time);
        content.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{id}.{time}.{body}")))}");
        return content;
    }

    private async Task<HttpStatusCode> PostAsync(Uri address, HttpContent content, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await _http.SendAsync(request, Cancel);
        return response.StatusCode;
    }

    private static async Task<string?> RawAsync(Uri address, string line)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), Cancel);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(Cancel);
    }

    private sealed class Hook(ConcurrentQueue<WebhookRequest> read) : IWebhook
    {
        public Task<WebhookOutcome> ReadAsync(WebhookRequest request, CancellationToken cancellationToken)
        {
            if (StandardWebhook.Check(request, Convert.ToBase64String(Key), TimeSpan.FromMinutes(5)) is { } refused)
            {
                return Task.FromResult<WebhookOutcome>(refused);
            }

            read.Enqueue(request);
            return Task.FromResult<WebhookOutcome>(new WebhookOutcome.Taken([new WebhookHint(WebhookTopic.Contacts, request.Header("webhook-id"))], 200));
        }
    }
}
