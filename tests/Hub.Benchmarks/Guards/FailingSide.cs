using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Benchmarks.Guards;

/// <summary>A New in this process, so that the moment of its first 500 is known by the clock that the answers are timed by.</summary>
internal sealed class FailingSide : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile bool _fails;
    private long _firstFailure;

    private FailingSide(WebApplication app) => _app = app;

    /// <summary>When it answered 500 first since it was told to; 0: not yet.</summary>
    public long FirstFailure => Interlocked.Read(ref _firstFailure);

    public static async Task<FailingSide> StartAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var side = new FailingSide(app);
        app.Run(context =>
        {
            context.Response.Headers["Side"] = "new";
            context.Response.Headers.CacheControl = "private";
            if (side._fails)
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                Interlocked.CompareExchange(ref side._firstFailure, Stopwatch.GetTimestamp(), 0);
            }

            return context.Response.WriteAsync("page");
        });
        await app.StartAsync();
        return side;
    }

    public void Fail(bool fails)
    {
        Interlocked.Exchange(ref _firstFailure, 0);
        _fails = fails;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
