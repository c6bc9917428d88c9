using System.Net;
using Hub.Adapters;
using Hub.Control;
using Hub.Gateway;
using Hub.Migration;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Cli.Running;

/// <summary>How each role's application is put together.</summary>
internal static class RoleHosts
{
    public static RoleHost Control(RunOptions options)
    {
        var builder = RoleHost.CreateBuilder(HubRole.Control, options);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.ControlPort));
        builder.Services.AddHubControl(new ControlOptions { Folder = options.FolderOf(HubRole.Control), DocumentFile = options.File });
        var app = builder.Build();
        app.MapHubControl();
        return new RoleHost(HubRole.Control, app, "--control-port");
    }

    public static RoleHost Plane(HubRole role, RunOptions options, Uri control, string token)
    {
        RoleHost? host = null;
        var endpoints = role == HubRole.Gateway ? KestrelSection(options) : null;

        // The gateway's public listener comes first, where it is not the config's own section that opens it.
        var api = role == HubRole.Gateway && endpoints is null ? 1 : 0;
        var plane = new PlaneOptions
        {
            Name = options.NameOf(role),
            Role = role.Name(),
            Control = control,
            Token = token,
            Folder = options.FolderOf(role),
            Api = () => host!.Addresses[api],
        };
        var builder = RoleHost.CreateBuilder(role, options);
        var app = role switch
        {
            HubRole.Gateway => Gateway(builder, options, plane, endpoints),
            HubRole.Migration => Migration(builder, options, plane),
            _ => Adapters(builder, plane),
        };
        return host = new RoleHost(role, app, role == HubRole.Gateway ? "--port" : "--plane");
    }

    private static WebApplication Gateway(
        WebApplicationBuilder builder, RunOptions options, PlaneOptions plane, IConfigurationSection? endpoints)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // How large a body may be is its side's to say.
            kestrel.Limits.MaxRequestBodySize = null;
            if (endpoints is null)
            {
                kestrel.Listen(IPAddress.Loopback, options.Port);
            }
            else
            {
                kestrel.Configure(endpoints);
            }
        });
        builder.Services.AddHubGateway(new GatewayOptions { Plane = plane, Api = new IPEndPoint(IPAddress.Loopback, 0) });
        var app = builder.Build();
        app.MapHubGatewayApi();
        app.UseHubGateway();
        return app;
    }

    private static WebApplication Migration(WebApplicationBuilder builder, RunOptions options, PlaneOptions plane)
    {
        builder.WebHost.ConfigureKestrel(Private);
        builder.Services.AddHubMigration(plane, new MigrationOptions
        {
            Folder = options.File is { } file ? Path.GetDirectoryName(file)! : "",
        });
        var app = builder.Build();
        app.MapHubMigration();
        return app;
    }

    private static WebApplication Adapters(WebApplicationBuilder builder, PlaneOptions plane)
    {
        builder.WebHost.ConfigureKestrel(Private);
        builder.Services.AddHubAdapters(new AdaptersOptions { Plane = plane });
        var app = builder.Build();
        app.MapHubAdapters();
        return app;
    }

    private static void Private(KestrelServerOptions kestrel) => kestrel.Listen(IPAddress.Loopback, 0);

    /// <summary>The file's own Kestrel section, where it opens endpoints.</summary>
    private static IConfigurationSection? KestrelSection(RunOptions options)
    {
        if (options.File is not { } file)
        {
            return null;
        }

        var section = new ConfigurationBuilder().AddJsonFile(file, optional: true).Build().GetSection("Kestrel");
        return section.GetSection("Endpoints").Exists() ? section : null;
    }
}
