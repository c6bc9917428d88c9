using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

namespace Hub.Control.Access;

/// <summary>Off loopback control wants TLS: tokens would pass in the clear. It refuses to start otherwise.</summary>
internal sealed class RequireTls(IServer server) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var open = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(IsOpen);
        return open is null
            ? Task.CompletedTask
            : throw new InvalidOperationException(
                $"Control would listen on {open} without TLS, so tokens would pass in the clear. "
                + "To do: listen on loopback (--control-port), or give it a certificate (Kestrel:Certificates:Default) and an https address.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsOpen(string address)
    {
        if (!address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("http://unix:", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var host = address[7..].TrimEnd('/');
        host = host[..host.LastIndexOf(':')].Trim('[', ']');
        return host != "localhost" && !(IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
    }
}
