using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hub.Cli.Tests.Checking;

/// <summary>A shop whose pages are what a test says.</summary>
internal sealed class ShopStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ShopStandIn(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static Task<ShopStandIn> StartAsync(string html, params string[] cookies) =>
        StartAsync(new Dictionary<string, string> { [""] = html }, cookies);

    /// <param name="pages">HTML by path and query; <c>""</c> answers every other.</param>
    public static async Task<ShopStandIn> StartAsync(IReadOnlyDictionary<string, string> pages, params string[] cookies)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            var html = pages.GetValueOrDefault(context.Request.Path + context.Request.QueryString) ?? pages[""];
            foreach (var cookie in cookies)
            {
                context.Response.Headers.Append("Set-Cookie", cookie);
            }

            if (html.StartsWith("http", StringComparison.Ordinal))
            {
                context.Response.Redirect(html);
                return Task.CompletedTask;
            }

            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync(html.Replace("{host}", context.Request.Host.Value, StringComparison.Ordinal));
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ShopStandIn(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
