using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Model;

namespace Hub.Cli.Checking;

/// <summary>Which route takes a request: asked of YARP's own endpoints, on a server that is never started.</summary>
internal sealed class RouteMatch : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RequestDelegate _match;

    public RouteMatch(ProxySection proxy)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();

        // Matching needs no health, and nothing shall be probed for it.
        builder.Services.AddReverseProxy().LoadFromMemory(
            proxy.Routes, [.. proxy.Clusters.Select(cluster => cluster with { HealthCheck = null })]);
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

    /// <summary>The route's id; null where none takes it.</summary>
    public async Task<string?> OfAsync(string method, Uri address)
    {
        var context = new DefaultHttpContext { RequestServices = _app.Services };
        context.Request.Method = method;
        context.Request.Scheme = address.Scheme;
        context.Request.Host = new HostString(address.Authority);
        context.Request.Path = PathString.FromUriComponent(address);
        context.Request.QueryString = new QueryString(address.Query);
        await _match(context);
        return context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.RouteId;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
