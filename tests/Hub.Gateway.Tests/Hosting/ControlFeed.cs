using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Tests.Hosting;

/// <summary>Control's stream to one plane, over HTTP: the test decides what is sent.</summary>
public sealed class ControlFeed : IAsyncDisposable
{
    private readonly Channel<Revision> _revisions = Channel.CreateUnbounded<Revision>();
    private readonly WebApplication _app;

    private ControlFeed(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public PlaneHello? Hello { get; private set; }

    public ConcurrentQueue<PlaneReport> Reports { get; } = new();

    public static async Task<ControlFeed> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var control = new ControlFeed(app);
        app.MapPost("/api/planes", control.StreamAsync);
        app.MapPost("/api/planes/{plane}/report", (string plane, PlaneReport report) => control.Reports.Enqueue(report));
        await app.StartAsync();
        return control;
    }

    public void Send(Revision revision) => _revisions.Writer.TryWrite(revision);

    public async ValueTask DisposeAsync()
    {
        _revisions.Writer.TryComplete();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task StreamAsync(PlaneHello hello, HttpContext context)
    {
        Hello = hello;
        context.Response.ContentType = "text/event-stream";
        await foreach (var revision in _revisions.Reader.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.WriteAsync($"event: revision\ndata: {JsonSerializer.Serialize(revision, JsonSerializerOptions.Web)}\n\n");
            await context.Response.Body.FlushAsync();
        }
    }
}
