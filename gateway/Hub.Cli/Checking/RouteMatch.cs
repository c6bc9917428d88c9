using Hub.Placement.Config;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Hub.Cli.Checking;

/// <summary>Which route takes a request: asked of YARP's own endpoints, on a server that is never started.</summary>
/// <remarks>
/// What a slug is stands in no file. Here a header says it: a request goes to the slug routes of the kind that it names, as
/// it does at the gateway where the table says so.
/// </remarks>
internal sealed class RouteMatch : IAsyncDisposable
{
    private const string SlugHeader = "Hub-Slug";

    private readonly WebApplication _app;
    private readonly RequestDelegate _match;
    private readonly string? _anySlug;

    public RouteMatch(ProxySection proxy, HubConfig hub)
    {
        var slugs = hub.Groups.Values.SelectMany(group => group.Routes).Where(route => route.Value.Slug is not null)
            .DistinctBy(route => route.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(route => route.Key, route => Words(route.Value.Slug!), StringComparer.OrdinalIgnoreCase);
        _anySlug = slugs.Values.FirstOrDefault();
        Routes = [.. proxy.Routes.Select(route => slugs.TryGetValue(route.RouteId, out var slug) ? WithSlug(route, slug) : route)];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();

        // Matching needs no health, and nothing shall be probed for it.
        builder.Services.AddReverseProxy().LoadFromMemory(
            Routes, [.. proxy.Clusters.Select(cluster => cluster with { HealthCheck = null })]);
        _app = builder.Build();
        _app.MapReverseProxy();
        var matching = new ApplicationBuilder(_app.Services);
        matching.UseRouting();

        // Matched is enough: the endpoint itself must not run.
        matching.Use(_ => _ => Task.CompletedTask);
        matching.UseEndpoints(own =>
        {
            foreach (var source in ((IEndpointRouteBuilder)_app).DataSources)
            {
                own.DataSources.Add(source);
            }
        });
        _match = matching.Build();
    }

    /// <summary>The routes, slugs as headers.</summary>
    public IReadOnlyList<RouteConfig> Routes { get; }

    /// <summary>The route's id; null where none takes it. A slug counts as one of the first kind that the file names.</summary>
    public async Task<string?> OfAsync(string method, Uri address)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Scheme = address.Scheme;
        context.Request.Host = new HostString(address.Authority);
        context.Request.Path = PathString.FromUriComponent(address);
        context.Request.QueryString = new QueryString(address.Query);
        if (_anySlug is not null)
        {
            context.Request.Headers[SlugHeader] = _anySlug;
        }

        return await OfAsync(context);
    }

    /// <summary>The route's id; null where none takes it.</summary>
    /// <exception cref="InvalidOperationException">More than one takes it, and none comes first.</exception>
    public async Task<string?> OfAsync(HttpContext context)
    {
        context.RequestServices = _app.Services;
        await _match(context);
        return context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.RouteId;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Words(SlugRuleConfig slug) =>
        $"{slug.Table}/{slug.Kind}/{slug.Store}/{slug.Language}".ToLowerInvariant();

    private static RouteConfig WithSlug(RouteConfig route, string slug) => route with
    {
        Match = route.Match with
        {
            Headers = [.. route.Match.Headers ?? [], new RouteHeader { Name = SlugHeader, Values = [slug] }],
        },
    };
}
