using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Benchmarks.Gateway;

/// <summary>What a benchmark runs beside the hub, each as a process of its own: <c>serve upstream PORT NAME</c>, <c>serve yarp PORT UPSTREAM</c>.</summary>
internal static class BenchmarkServers
{
    private static readonly byte[] Page = [.. Enumerable.Repeat((byte)'x', 2_000)];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{arguments[1]}");
        var app = arguments[0] == "yarp" ? PlainYarp(builder, arguments[2]) : Upstream(builder, arguments[2]);
        await app.RunAsync();
        return 0;
    }

    /// <summary>Answers each request with 2 kB, its name and the customer that the gateway told it.</summary>
    private static WebApplication Upstream(WebApplicationBuilder builder, string name)
    {
        var app = builder.Build();
        app.Run(async context =>
        {
            context.Response.Headers["Side"] = name;
            context.Response.Headers["Customer"] = CustomerOf(context.Request.Headers["Hub-Identity"]);
            context.Response.Headers.CacheControl = "private";
            context.Response.ContentLength = Page.Length;
            await context.Response.Body.WriteAsync(Page, context.RequestAborted);
        });
        return app;
    }

    /// <summary>The key that an identity names; who signed it is not the benchmark's matter.</summary>
    private static string? CustomerOf(string? identity) =>
        identity?.Split('.') is [_, var payload, _]
            ? JsonDocument.Parse(Base64Url.DecodeFromChars(payload)).RootElement.GetProperty("sub").GetString()
            : null;

    private static WebApplication PlainYarp(WebApplicationBuilder builder, string upstream)
    {
        // The hub keeps the shop's Host by default; the peer does the same work.
        var transform = new Dictionary<string, string> { ["RequestHeaderOriginalHost"] = "true" };
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "up", Match = new RouteMatch { Path = "/{**rest}" }, Transforms = [transform] }],
            [
                new ClusterConfig
                {
                    ClusterId = "up",
                    Destinations = new Dictionary<string, DestinationConfig> { ["1"] = new() { Address = upstream } },
                },
            ]);
        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
