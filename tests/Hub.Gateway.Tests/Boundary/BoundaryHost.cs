using System.Net;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hub.Gateway.Tests.Boundary;

/// <summary>A gateway with a listener for HTTP/1.1 and one for HTTP/2, before an origin of bare sockets.</summary>
public sealed class BoundaryHost : IAsyncDisposable
{
    public RawOrigin Origin { get; } = new();

    public required TestGateway Gateway { get; init; }

    /// <param name="boundary">The section <c>Hub.Boundary</c>.</param>
    /// <param name="cluster">More of the cluster: <c>, "HttpRequest": { … }</c>.</param>
    /// <param name="transforms">The catch-all route's transforms.</param>
    public static async Task<BoundaryHost> StartAsync(string boundary = "{}", string cluster = "", string transforms = "[]", string? origin = null)
    {
        var host = new BoundaryHost { Gateway = await GatewayAsync() };
        Assert.Empty(await host.Gateway.TakeAsync(1, $$"""
            {
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "legacy", "Match": { "Path": "/{**rest}" }, "Transforms": {{transforms}} } },
                "Clusters": { "legacy": { "Destinations": { "one": { "Address": "{{origin ?? host.Origin.Url}}" } }{{cluster}} } }
              },
              "Hub": { "Boundary": {{boundary}} }
            }
            """));
        return host;
    }

    public static Task<TestGateway> GatewayAsync() => TestGateway.StartAsync(configure: builder => builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.Listen(IPAddress.Loopback, 0);
        kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2);
    }));

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Origin.DisposeAsync();
    }
}
