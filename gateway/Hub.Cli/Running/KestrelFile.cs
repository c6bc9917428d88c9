using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;

namespace Hub.Cli.Running;

/// <summary>What the config file's section <c>Kestrel</c> says of listeners: the gateway's public ones, and the certificate for all.</summary>
internal static class KestrelFile
{
    /// <summary>The whole section where it opens endpoints, for the gateway; else null.</summary>
    public static IConfigurationSection? Endpoints(string? file) =>
        Section(file) is { } section && section.GetSection("Endpoints").Exists() ? section : null;

    public static bool HasCertificate(string? file) =>
        Section(file)?.GetSection("Certificates:Default:Path").Exists() == true;

    /// <summary>Listens at an address that a flag told, with the section's default certificate where it is https.</summary>
    public static void Listen(this KestrelServerOptions kestrel, Uri address, string? file)
    {
        if (address.Scheme == Uri.UriSchemeHttps)
        {
            kestrel.Configure(Certificates(file));
        }

        kestrel.Listen(EndPoint(address), listener => UseTls(listener, address));
    }

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
