using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hub.Control.Protocol;
using Hub.Gateway.Customers;
using Hub.Gateway.Documents;
using Hub.Gateway.Explaining;
using Hub.Gateway.Marks;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Gateway.Tests.Hosting;

/// <summary>A real gateway plane on loopback; the test gives it its revisions.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    public static readonly PlaneKeys Keys = new(
        RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32), [TestIdentity.Draw("k1"), TestIdentity.Draw("k2") with { Private = null }]);

    private readonly WebApplication _app;
    private string _document = "";

    private TestGateway(WebApplication app, string folder) => (_app, Folder) = (app, folder);

    public string Folder { get; }

    public IServiceProvider Services => _app.Services;

    public Uri Url => new(_app.Urls.First());

    /// <summary>The second listener, where a test asked for one.</summary>
    public Uri SecondUrl => new(_app.Urls.ElementAt(1));

    internal GatewayModel Model => Services.GetRequiredService<GatewayState>().Model!;

    public static async Task<TestGateway> StartAsync(
        StoreOfControl? control = null, string? folder = null, TimeProvider? time = null, Func<HeardSignals?>? signals = null,
        Action<WebApplicationBuilder>? configure = null)
    {
        folder ??= Directory.CreateTempSubdirectory("hub-gw-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddHubGateway(new GatewayOptions { Folder = folder, SampleOneIn = 1 });
        if (control is not null)
        {
            builder.Services.AddSingleton(services => new ControlCalls(
                () => control.Down ? null : control, services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<GatewayMetrics>(), NullLogger<ControlCalls>.Instance));
        }

        if (signals is not null)
        {
            builder.Services.AddSingleton(new AppliedTimes(signals));
        }

        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseHubGateway();
        await app.StartAsync();
        return new TestGateway(app, folder);
    }

    /// <summary>Takes a revision of the last document, or of a new one.</summary>
    public async Task<ImmutableArray<string>> TakeAsync(
        long number, string? document = null, params (string Group, GroupState State)[] groups)
    {
        var text = document ?? _document;
        var problems = await Services.GetRequiredService<RevisionTaker>().TakeAsync(Revision(number, text, groups), CancellationToken.None);
        if (problems.IsEmpty)
        {
            _document = text;
        }

        return problems;
    }

    public static Revision Revision(long number, string document, params (string Group, GroupState State)[] groups) => new(
        new RevisionId("0000000a", number), TimeProvider.System.GetUtcNow(),
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document))), document,
        groups.ToImmutableSortedDictionary(group => group.Group, group => group.State),
        ImmutableSortedDictionary<string, DatasetState>.Empty, null, [], Keys);

    /// <summary>A shopper: keeps cookies like a browser, follows no redirect.</summary>
    public Shopper Shopper() => new(Url);

    /// <summary>The endpoints that YARP serves by.</summary>
    public IReadOnlyList<Endpoint> Endpoints() =>
        ((IEndpointRouteBuilder)_app).DataSources.Single(source => source.GetType().Name == "ProxyConfigManager").Endpoints;

    internal RequestFacts Explain(HttpResponseMessage response) =>
        Services.GetRequiredService<RequestIds>().Open(response.Headers.GetValues(RequestIds.Header).Single())!;

    internal static HubCookie? Read(string? value) => value is null ? null : HubCookieCodec.Read(value, Keys.Cookie);

    /// <summary>Drains, as at a deployment.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>A browser, or with <see cref="Bearer"/> an app that keeps no cookies.</summary>
public sealed class Shopper(Uri gateway) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = gateway };

    public Dictionary<string, string> Cookies { get; } = [];

    public string? Bearer { get; set; }

    public string? HubCookieValue => Cookies.GetValueOrDefault("hub");

    internal HubCookie Hub => TestGateway.Read(HubCookieValue)!;

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<HttpResponseMessage> PostAsync(string path, string body = "", params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded"), headers);

    /// <summary>The same browser at another plane.</summary>
    public Shopper At(TestGateway other)
    {
        var same = new Shopper(other.Url) { Bearer = Bearer };
        foreach (var (name, value) in Cookies)
        {
            same.Cookies[name] = value;
        }

        return same;
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        if (Bearer is not null)
        {
            request.Headers.Add("Authorization", $"Bearer {Bearer}");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            Cookies[pair[0]] = pair[1];
        }

        return response;
    }
}
