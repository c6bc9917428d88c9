using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Hub.Control.Pages;

/// <summary>The control page: four files, and the status as a stream so that it is live without reload.</summary>
internal static class PageEndpoints
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    // At most so often, however fast things change.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    public static void Map(IEndpointRouteBuilder app)
    {
        Serve(app, "/", "index.html", "text/html; charset=utf-8");
        Serve(app, "/page.js", "page.js", "text/javascript; charset=utf-8");
        Serve(app, "/references.js", "references.js", "text/javascript; charset=utf-8");
        Serve(app, "/page.css", "page.css", "text/css; charset=utf-8");
        app.MapGet("/api/events", (StatusComposer status, RevisionLog revisions, TimeProvider time, IHostApplicationLifetime lifetime, HttpContext http) =>
            TypedResults.ServerSentEvents(StreamAsync(status, revisions, time, lifetime.ApplicationStopping, http.RequestAborted))).Allow(Role.Viewer);
    }

    private static void Serve(IEndpointRouteBuilder app, string path, string name, string type)
    {
        var assembly = typeof(PageEndpoints).Assembly;
        using var resource = assembly.GetManifestResourceStream($"Hub.Control.Pages.{name}")
            ?? throw new InvalidOperationException($"The page's file {name} is not in the assembly.");
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        app.MapGet(path, (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy =
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
            http.Response.Headers.CacheControl = "no-cache";
            return TypedResults.Bytes(content, type);
        }).ExcludeFromDescription();
    }

    private static async IAsyncEnumerable<SseItem<StatusView>> StreamAsync(
        StatusComposer status, RevisionLog revisions, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        while (!ends.IsCancellationRequested)
        {
            var changed = revisions.Watch().Changed;
            yield return new SseItem<StatusView>(await status.ComposeAsync(aborted), "status");
            await Task.WhenAny(changed, Task.Delay(Beat, time, ends.Token));
            await Task.WhenAny(Task.Delay(Rest, time, ends.Token));
        }
    }
}
