using System.Net;
using Hub.Adapters;
using Hub.Adapters.Webhooks;
using Hub.Bus.Rebus;
using Hub.Control;
using Hub.Gateway;
using Hub.Migration;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Cli.Running;

/// <summary>How each role's application is put together.</summary>
internal static class RoleHosts
{
    /// <summary>A port that the system draws.</summary>
    private static readonly Uri Drawn = new("http://127.0.0.1:0");

    /// <summary>The mark of the listener that vendors reach.</summary>
    private static readonly object Webhooks = new();

    public static RoleHost Control(RunOptions options)
    {
        var builder = RoleHost.CreateBuilder(HubRole.Control, options);
        var address = options.Control ?? new Uri($"http://127.0.0.1:{options.ControlPort}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, options.File));
        builder.Services.AddHubControl(new ControlOptions { Folder = options.FolderOf(HubRole.Control), DocumentFile = options.File });
        var app = builder.Build();
        app.MapHubControl();
        return new RoleHost(HubRole.Control, app, options.Control is null ? "--control-port" : "--control") { Told = options.Control };
    }

    public static RoleHost Plane(HubRole role, RunOptions options, Uri control, string token)
    {
        RoleHost? host = null;
        var endpoints = role == HubRole.Gateway ? KestrelFile.Endpoints(options.File) : null;

        // The gateway's public listener comes first, where it is not the config's own section that opens it.
        var api = role == HubRole.Gateway && endpoints is null ? 1 : 0;
        var plane = new PlaneOptions
        {
            Name = options.NameOf(role),
            Role = role.Name(),
            Control = control,
            Token = token,
            Folder = options.FolderOf(role),
            Api = () => options.Api is { Port: > 0 } told ? told : host!.Addresses[api],
        };
        var builder = RoleHost.CreateBuilder(role, options);
        var app = role switch
        {
            HubRole.Gateway => Gateway(builder, options, plane),
            HubRole.Migration => Migration(builder, options, plane),
            _ => Adapters(builder, options, plane),
        };
        return host = role == HubRole.Gateway
            ? new RoleHost(role, app, "--port") { Private = api }
            : new RoleHost(role, app, "--api") { Told = options.Api is { Port: > 0 } ? options.Api : null };
    }

    private static WebApplication Gateway(WebApplicationBuilder builder, RunOptions options, PlaneOptions plane)
    {
        var api = options.Api ?? Drawn;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // How large a body may be is its side's to say.
            kestrel.Limits.MaxRequestBodySize = null;
            if (KestrelFile.Endpoints(options.File) is { } endpoints)
            {
                kestrel.Configure(endpoints);
            }
            else
            {
                kestrel.Configure(KestrelFile.Certificates(options.File));
                kestrel.Listen(IPAddress.Loopback, options.Port);
            }
        });
        builder.Services.AddHubGateway(new GatewayOptions
        {
            Plane = plane,
            Api = KestrelFile.EndPoint(api),
            ApiTls = api.Scheme == Uri.UriSchemeHttps,
        });
        var app = builder.Build();
        app.MapHubGatewayApi();
        app.UseHubGateway();
        return app;
    }

    private static WebApplication Migration(WebApplicationBuilder builder, RunOptions options, PlaneOptions plane)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Api ?? Drawn, options.File));
        builder.Services.AddHubMigration(plane, new MigrationOptions
        {
            Folder = options.File is { } file ? Path.GetDirectoryName(file)! : "",
        });
        var app = builder.Build();
        app.MapHubMigration();
        return app;
    }

    private static WebApplication Adapters(WebApplicationBuilder builder, RunOptions options, PlaneOptions plane)
    {
        // order matters: the API's listener is the first address
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Api ?? Drawn, options.File);
            if (options.Webhooks is { } webhooks)
            {
                kestrel.Listen(webhooks, options.File, Webhooks);
            }
        });
        builder.Services.AddHubAdapters(new AdaptersOptions
        {
            Plane = plane,
            Store = options.Store,
            Vendors = options.Vendors,
            Buses = [RebusTransports.Postgres],
            Webhooks = new WebhookOptions { Public = options.WebhooksPublic },
        });
        var app = builder.Build();
        if (options.Webhooks is not null)
        {
            // What vendors reach is webhooks and nothing else, and those are nowhere else.
            app.Use((http, next) => http.CameIn(Webhooks) == http.Request.Path.StartsWithSegments("/webhooks", StringComparison.OrdinalIgnoreCase)
                ? next(http)
                : Results.NotFound().ExecuteAsync(http));
        }

        app.MapHubAdapters();
        return app;
    }
}
