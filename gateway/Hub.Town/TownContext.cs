using System.Net;
using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Town;

/// <summary>What every part of the town is built from.</summary>
internal sealed record TownContext(
    string Folder, TimeProvider Time, int Seed, Uri PublicUrl, TownAddresses Addresses, ILoggerFactory Loggers)
{
    /// <inheritdoc cref="TownOptions.IdentityKeys"/>
    public Uri IdentityKeys { get; init; } = new(PublicUrl, "/.well-known/hub-jwks.json");

    /// <inheritdoc cref="TownOptions.MarketplaceEvery"/>
    public TimeSpan? MarketplaceEvery { get; init; }

    /// <summary>A part's store, e.g. <c>legacy.db</c>; it survives a kill of the process.</summary>
    public SqliteFile OpenStore(string name) => new(Path.Combine(Folder, name), durable: false);

    /// <summary>
    /// A builder with nothing but routing, the town's clock and logs, and a listener on the address. The part maps its
    /// endpoints and gives the application back unstarted; work of its own goes into a hosted service.
    /// </summary>
    public WebApplicationBuilder CreateBuilder(Uri address)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, address.Port);
        });
        builder.Services.AddRouting();
        builder.Services.AddSingleton(this);
        builder.Services.AddSingleton<IHostLifetime, TownsLifetime>();
        builder.Services.AddSingleton(Time);
        builder.Services.AddSingleton(Loggers);
        return builder;
    }

    /// <summary>Ctrl-C is for who started the town to answer, not for each part.</summary>
    private sealed class TownsLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
