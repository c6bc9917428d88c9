using System.Net;
using Hub.Control.Protocol;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Tests.Boundary;

/// <summary>Both sides as a test writes them, streams and all, and a gateway before them with one group.</summary>
public sealed class LiveSides : IAsyncDisposable
{
    private WebApplication _legacy = null!, _new = null!;

    public TestGateway Gateway { get; private set; } = null!;

    /// <param name="side">Is told which side it is.</param>
    /// <param name="http2">The sides speak HTTP/2 only.</param>
    public static async Task<LiveSides> StartAsync(Func<HttpContext, string, Task> side, bool http2 = false, string boundary = "{}")
    {
        var (legacy, storefront) = (await SideAsync("legacy", side, http2), await SideAsync("new", side, http2));
        var sides = new LiveSides { _legacy = legacy, _new = storefront, Gateway = await BoundaryHost.GatewayAsync() };
        var request = http2 ? """, "HttpRequest": { "Version": "2", "VersionPolicy": "RequestVersionExact" }""" : "";
        Assert.Empty(await sides.Gateway.TakeAsync(1, $$"""
            {
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "legacy", "Match": { "Path": "/{**rest}" } } },
                "Clusters": {
                  "legacy": { "Destinations": { "one": { "Address": "{{legacy.Urls.Single()}}" } }{{request}} },
                  "storefront": { "Destinations": { "one": { "Address": "{{storefront.Urls.Single()}}" } }{{request}} }
                }
              },
              "Hub": { "Groups": { "shop": { "New": "storefront", "Routes": { "all": {} } } }, "Boundary": {{boundary}} }
            }
            """, ("shop", new GroupState(0))));
        return sides;
    }

    public async Task FlipAsync() => Assert.Empty(await Gateway.TakeAsync(2, null, ("shop", new GroupState(10_000))));

    public HttpClient Client(bool http2 = false) => new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(30) })
    {
        BaseAddress = http2 ? Gateway.SecondUrl : Gateway.Url,
        DefaultRequestVersion = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _legacy.DisposeAsync();
        await _new.DisposeAsync();
    }

    private static async Task<WebApplication> SideAsync(string name, Func<HttpContext, string, Task> side, bool http2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listener => listener.Protocols = http2 ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(context => side(context, name));
        await app.StartAsync();
        return app;
    }
}
