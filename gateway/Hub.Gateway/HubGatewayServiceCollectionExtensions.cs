using System.Globalization;
using System.Net;
using Hub.Gateway;
using Hub.Gateway.Access;
using Hub.Gateway.Boundary;
using Hub.Gateway.Boundary.Probing;
using Hub.Gateway.Customers;
using Hub.Gateway.Discovering;
using Hub.Gateway.Documents;
using Hub.Gateway.Explaining;
using Hub.Gateway.Fallbacks;
using Hub.Gateway.Figures;
using Hub.Gateway.Guards;
using Hub.Gateway.Health;
using Hub.Gateway.Identity;
using Hub.Gateway.Journeys;
using Hub.Gateway.Marks;
using Hub.Gateway.Mirroring;
using Hub.Gateway.Mirroring.Crawling;
using Hub.Gateway.Mirroring.Diffs;
using Hub.Gateway.Placing;
using Hub.Gateway.Rollbacks;
using Hub.Gateway.Slugs;
using Hub.Gateway.Versions;
using Hub.Placement.Config;
using Hub.Planes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Configuration.ClusterValidators;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the gateway plane.</summary>
public static class HubGatewayServiceCollectionExtensions
{
    /// <summary>
    /// Adopts the hub in any YARP application: the sections <c>ReverseProxy</c> and <c>Hub</c> of its configuration are the
    /// document until control sends one.
    /// </summary>
    /// <remarks>
    /// Where control is stands in <c>Hub:Control</c>: <c>Url</c>, <c>Token</c>, <c>Name</c> (default: the machine's),
    /// <c>Folder</c> (default: <c>hub-data/gateway</c>) and <c>Api</c>, address and port of the private API (default:
    /// <c>127.0.0.1:8082</c>); beside that listener Kestrel passes over <c>urls</c>, so name the public one in the section
    /// <c>Kestrel</c>. Without <c>Hub:Control:Url</c> the file is served alone: every group stands at share 0, and cohorts
    /// go where the file says.
    /// </remarks>
    /// <exception cref="InvalidOperationException">A value of <c>Hub:Control</c> is missing or wrong; the message names it.</exception>
    public static IServiceCollection AddHubGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHubGateway(Adopted(configuration.GetSection("Hub:Control")));
        // After the plane's link: a copy of control's revision on disk comes before the file.
        services.AddHostedService(provider => new AdoptedDocument(
            configuration,
            provider.GetRequiredService<GatewayOptions>(),
            provider.GetRequiredService<GatewayState>(),
            provider.GetRequiredService<RevisionTaker>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AdoptedDocument>>()));
        return services;
    }

    /// <summary>Adds the gateway plane of <c>hub run</c>: the document comes from control.</summary>
    public static IServiceCollection AddHubGateway(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<IStartupFilter, EntryFilter>();
        services.AddSingleton<Probes>();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.MaxRequestHeadersTotalSize = BoundaryConfig.MostHeaders;
            HeaderEncodings.Use(kestrel);
        });
        services.AddReverseProxy().AddHubPolicies().AddTransforms(ForwardTransform.Add).AddTransforms(Fallback.AddTransform);
        services.AddSingleton<IForwarderHttpClientFactory, SideClients>();

        services.AddSingleton<GatewayState>();
        services.AddSingleton<DocumentConfigProvider>();
        services.AddSingleton<IProxyConfigProvider>(provider => provider.GetRequiredService<DocumentConfigProvider>());
        services.AddSingleton<IConfigChangeListener>(provider => provider.GetRequiredService<DocumentConfigProvider>());
        services.AddSingleton<RevisionTaker>();

        services.AddSingleton(ControlCalls);
        services.AddSingleton<VerifiedCookies>();
        services.AddSingleton<SessionBridge>();
        services.AddSingleton<CustomerMemory>();
        services.AddSingleton<AccountKeys>();
        services.AddSingleton<BusinessKeys>();
        services.AddSingleton<IdentityTokens>();
        services.AddSingleton<FormTokens>();
        services.AddSingleton<PinStore>();
        services.AddSingleton(provider => new AppliedTimes(() => provider.GetService<PlaneLink>()?.Signals));
        services.AddSingleton<WriteMarks>();
        services.AddSingleton<PlaneWatch>(provider => () => provider.GetRequiredService<WriteMarks>().Problems);
        services.AddSingleton<CarryHook>();
        services.AddSingleton<Claims>();
        services.AddSingleton(provider => new OfflineClaims(options.Folder, provider.GetRequiredService<ILogger<OfflineClaims>>()));
        services.AddHostedService<OfflineReporter>();

        services.AddSingleton<MirrorRoom>();
        services.AddSingleton<SampleCounts>();
        services.AddSingleton<LearntNoise>();
        services.AddSingleton<DiffStore>();
        services.AddHostedService(provider => provider.GetRequiredService<DiffStore>());
        services.AddSingleton<MirrorJudge>();
        services.AddSingleton<Mirror>();
        services.AddSingleton<PlaneReporter>(provider => provider.GetRequiredService<SampleCounts>().AddTo);
        services.AddSingleton<FigureBoard>();
        services.AddSingleton<AnswerCounting>();
        services.AddSingleton<GuardTrips>();
        services.AddSingleton<PlaneWatch>(provider => provider.GetRequiredService<GuardTrips>().Told);
        services.AddHostedService<GuardWatch>();
        services.AddSingleton(provider => ReportFigures.Create(
            provider.GetRequiredService<FigureBoard>(), provider.GetRequiredService<GatewayState>(), provider.GetRequiredService<IProxyStateLookup>()));
        services.AddSingleton<CrawlViews>();
        services.AddSingleton<PlaneReporter>(provider => provider.GetRequiredService<CrawlViews>().AddTo);
        services.AddSingleton<Crawl>();
        services.AddSingleton<BearerTokens>();
        services.AddSingleton<Consumers>();
        services.AddHostedService(provider => provider.GetRequiredService<Consumers>());

        services.AddSingleton<Answering>();
        services.AddSingleton<RequestIds>();
        services.AddSingleton<Prediction>();
        services.AddSingleton<Ledger>();
        services.AddHostedService(provider => provider.GetRequiredService<Ledger>());

        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, PrivateListenerPolicy>());
        SlugRoutes.Add(services);
        services.AddSingleton<TrafficWatches>();
        if (options.Api is { } api)
        {
            services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(api, listener =>
            {
                if (options.ApiTls)
                {
                    listener.UseHttps();
                }

                PrivateListener.Api.Mark(listener);
            }));
        }

        if (options.Plane is { } plane)
        {
            services.AddSingleton<RollbackSocket>();
            services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(provider => provider.GetRequiredService<RollbackSocket>());
            services.AddPlaneLink(plane, provider => provider.GetRequiredService<RevisionTaker>().TakeAsync);
        }

        return services;
    }

    /// <summary>What a document's section <c>ReverseProxy</c> may name beside YARP's own: the passive health policy <c>Hub</c>.</summary>
    public static IReverseProxyBuilder AddHubPolicies(this IReverseProxyBuilder proxy)
    {
        proxy.Services.TryAddSingleton(TimeProvider.System);
        proxy.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IPassiveHealthCheckPolicy, PassiveHealth>());
        proxy.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IClusterValidator, PassiveHealthValidator>());
        return proxy;
    }

    private static ControlCalls ControlCalls(IServiceProvider provider)
    {
        var link = provider.GetService<PlaneLink>();
        return new ControlCalls(
            () => link is { ControlReachable: true } ? link.Api : null,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<GatewayMetrics>(),
            provider.GetRequiredService<ILogger<ControlCalls>>());
    }

    private static GatewayOptions Adopted(IConfigurationSection control)
    {
        if (control["Url"] is not { } url)
        {
            return control["Folder"] is { } own ? new GatewayOptions { Folder = own } : new GatewayOptions();
        }

        var api = Parse<IPEndPoint>(control, "Api", "127.0.0.1:8082", IPEndPoint.TryParse, "an address and a port such as 127.0.0.1:8082");
        var folder = control["Folder"] ?? Path.Combine("hub-data", "gateway");
        return new GatewayOptions
        {
            Api = api,
            Plane = new PlaneOptions
            {
                Name = control["Name"] ?? Environment.MachineName,
                Role = "gateway",
                Control = Parse<Uri>(control, "Url", url, (string text, out Uri? uri) => Uri.TryCreate(text, UriKind.Absolute, out uri), "control's address such as http://127.0.0.1:8081"),
                Token = control["Token"]
                    ?? throw new InvalidOperationException("Hub:Control:Token is missing: control lets no plane in without one. Make it by `hub token create --role plane`."),
                Folder = folder,
                Api = () => new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{api}")),
            },
        };
    }

    private delegate bool TryParse<T>(string text, out T? value);

    private static T Parse<T>(IConfigurationSection section, string name, string text, TryParse<T> parse, string expected) =>
        parse(section[name] ?? text, out var value) && value is not null
            ? value
            : throw new InvalidOperationException($"Hub:Control:{name} is '{section[name]}', and {expected} is expected there.");
}
