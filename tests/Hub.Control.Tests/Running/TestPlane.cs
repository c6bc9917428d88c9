using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Control.Tests.Running;

/// <summary>A real plane link whose taker writes down what it is given.</summary>
internal sealed class TestPlane : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestPlane(WebApplication app) => _app = app;

    public ConcurrentQueue<Revision> Taken { get; } = [];

    /// <summary>What the taker finds wrong with a revision; nothing, unless a test says otherwise.</summary>
    public Func<Revision, ImmutableArray<string>> Judge { get; set; } = _ => [];

    public PlaneLink Link => _app.Services.GetRequiredService<PlaneLink>();

    public static async Task<TestPlane> StartAsync(
        TestControl control, string name, string folder, string role = "gateway", Action<WebApplication>? api = null, PlaneReporter? report = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = null!;
        TestPlane plane = null!;
        if (report is not null)
        {
            builder.Services.AddSingleton(report);
        }

        builder.Services.AddPlaneLink(
            new PlaneOptions
            {
                Name = name,
                Role = role,
                Control = control.Address,
                Token = control.PlaneToken,
                Folder = folder,
                Api = () => new Uri(app.Urls.Single()),
            },
            _ => (revision, _) =>
            {
                var problems = plane.Judge(revision);
                if (problems.IsEmpty)
                {
                    plane.Taken.Enqueue(revision);
                }

                return ValueTask.FromResult(problems);
            });
        app = builder.Build();
        app.MapPlaneHealth();
        api?.Invoke(app);
        plane = new TestPlane(app);
        await app.StartAsync(TestControl.Cancel);
        return plane;
    }

    /// <summary>Waits until it serves a revision of control.</summary>
    public Task ConnectedAsync() => Eventually.True(() => Link.ControlReachable && Link.Current is not null, "the plane is connected");

    /// <summary>Stops it as SIGTERM does: it says that it stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Goes silent without a word, as one that was killed or cut off.</summary>
    public async Task SilenceAsync() => await _app.DisposeAsync();
}
