using System.Net;
using System.Net.Sockets;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Cli.Running;

/// <summary>What the config file's section <c>Kestrel</c> says of listeners: the gateway's public ones, and the certificate for all.</summary>
internal static class KestrelFile
{
    /// <summary>The whole section where it opens endpoints, for the gateway; else null.</summary>
    public static IConfigurationSection? Endpoints(string? file) =>
        Section(file) is { } section && section.GetSection("Endpoints").Exists() ? section : null;

    public static bool HasCertificate(string? file) =>
        Section(file)?.GetSection("Certificates:Default:Path").Exists() == true;

    /// <summary>Certificates that the section names by file are shown as they stand there at each new connection.</summary>
    public static void ShowLiveCertificates(this WebApplicationBuilder builder, string? file)
    {
        if (file is null || Section(file) is not { } section || !section.Exists())
        {
            return;
        }

        builder.Services.AddSingleton(services => new LiveCertificates(
            section, Path.GetDirectoryName(file)!, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<LiveCertificates>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<LiveCertificates>());
        builder.Services.AddSingleton<PlaneWatch>(services => () => services.GetRequiredService<LiveCertificates>().Problems);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<LiveCertificates>(
            (kestrel, certificates) => kestrel.ConfigureHttpsDefaults(https => https.OnAuthenticate = certificates.Show));
    }

    /// <summary>Listens at an address that a flag told, with the section's default certificate where it is https.</summary>
    /// <param name="mark">What requests that come in there are known by, see <see cref="CameIn"/>.</param>
    public static void Listen(this KestrelServerOptions kestrel, Uri address, string? file, object? mark = null)
    {
        if (address.Scheme == Uri.UriSchemeHttps)
        {
            kestrel.Configure(Certificates(file));
        }

        kestrel.Listen(EndPoint(address), listener =>
        {
            if (mark is not null)
            {
                listener.Use(next => connection =>
                {
                    connection.Items[mark] = mark;
                    return next(connection);
                });
            }

            UseTls(listener, address);
        });
    }

    /// <summary>Whether a request came in by the listener with that mark. Its port would not tell: two addresses may have the same one.</summary>
    public static bool CameIn(this HttpContext http, object mark) => http.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(mark) == true;

    /// <summary>The section without its endpoints, which are the gateway's.</summary>
    public static IConfigurationSection Certificates(string? file) => new ConfigurationBuilder()
        .AddInMemoryCollection(Section(file)?.AsEnumerable().Where(
            value => value.Key.StartsWith("Kestrel:Certificates", StringComparison.OrdinalIgnoreCase)))
        .Build().GetSection("Kestrel");

    /// <summary>An IP address is listened on alone; a name on every address of the machine.</summary>
    public static IPEndPoint EndPoint(Uri address) => new(
        IPAddress.TryParse(address.DnsSafeHost, out var ip) ? ip
            : address.IsLoopback ? IPAddress.Loopback
            : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
        address.Port);

    private static void UseTls(ListenOptions listener, Uri address)
    {
        if (address.Scheme == Uri.UriSchemeHttps)
        {
            listener.UseHttps();
        }
    }

    private static IConfigurationSection? Section(string? file) =>
        file is null ? null : new ConfigurationBuilder().AddJsonFile(file, optional: true).Build().GetSection("Kestrel");
}
