using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Cli.Tests;

/// <summary>A control that answers over real HTTP what a test has laid out, and keeps what it was asked.</summary>
internal sealed class ControlStandIn : IAsyncDisposable
{
    public const string Token = "let-me-in";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<string, (int Status, object? Body)> _answers = [];
    private readonly WebApplication _app;

    private ControlStandIn(WebApplication app) => _app = app;

    public ConcurrentQueue<Asked> Requests { get; } = [];

    public Uri Address => new(_app.Urls.First());

    public static async Task<ControlStandIn> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        var control = new ControlStandIn(builder.Build());
        control._app.Run(control.AnswerAsync);
        await control._app.StartAsync(TestContext.Current.CancellationToken);
        return control;
    }

    /// <param name="endpoint"><c>GET /api/status</c>.</param>
    public void Answers(string endpoint, object? body, int status = 200) => _answers[endpoint] = (status, body);

    public void Refuses(string endpoint, int status, string title, string detail) =>
        Answers(endpoint, new { type = "about:blank", title, detail, status }, status);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Requests.Enqueue(new Asked(
            $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}", await reader.ReadToEndAsync(),
            context.Request.Headers.IfMatch, context.Request.Headers.Authorization));
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.StatusCode = 401;
            return;
        }

        var (status, body) = _answers.TryGetValue($"{context.Request.Method} {context.Request.Path}", out var answer)
            ? answer
            : (404, new { title = "Not found", detail = $"The test has no answer for {context.Request.Method} {context.Request.Path}." });
        context.Response.StatusCode = status;
        if (body is not null)
        {
            await context.Response.WriteAsJsonAsync(
                body, body.GetType(), Json, status < 400 ? "application/json" : "application/problem+json");
        }
    }

    internal sealed record Asked(string Endpoint, string Body, string? IfMatch, string? Authorization);
}
