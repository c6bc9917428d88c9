using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Tests.Hosting;

/// <summary>What a side got, as it got it.</summary>
public sealed record Received(string Method, string Target, Dictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Who the hub says that it is from, read without validating; null where it says nothing.</summary>
    public TestIdentity? Identity => Header("Hub-Identity") is { } token ? TestIdentity.Read(token) : null;
}

/// <summary>A side of the shop: a real server on loopback that keeps what it gets and answers as it is told.</summary>
public sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Upstream(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> Requests { get; } = new();

    /// <summary>Null: 200 and the side's name.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    public string Url => _app.Urls.Single();

    public static async Task<Upstream> StartAsync(string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var upstream = new Upstream(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            context.Request.Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body));
            upstream.Requests.Enqueue(new Received(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body));
            if (upstream.Answer is { } answer)
            {
                await answer(context);
            }

            if (!context.Response.HasStarted && upstream.Answer is null)
            {
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync(name);
            }
        });
        await app.StartAsync();
        return upstream;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
