using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Town.Tests;

/// <summary>A vendor that answers everything with the same, however wrong.</summary>
internal sealed class HostileVendor : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _sent;

    private HostileVendor(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Bytes of an endless answer that were taken off its hands.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <param name="body">Null: one that never ends.</param>
    public static async Task<HostileVendor> StartAsync(string type, string? body, int status = 200)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var vendor = new HostileVendor(builder.Build());
        vendor._app.Run(async http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = type;
            if (body is not null)
            {
                await http.Response.WriteAsync(body, http.RequestAborted);
                return;
            }

            for (var spaces = new byte[64 * 1024]; !http.RequestAborted.IsCancellationRequested; Interlocked.Add(ref vendor._sent, spaces.Length))
            {
                spaces.AsSpan().Fill((byte)' ');
                await http.Response.Body.WriteAsync(spaces, http.RequestAborted);
            }
        });
        await vendor._app.StartAsync();
        return vendor;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
