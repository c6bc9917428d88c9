using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Refit;

namespace Hub.Control.Tests.Running;

/// <summary>A real control plane on a port of loopback; stopped and started again it keeps port and folder.</summary>
internal sealed class TestControl : IAsyncDisposable
{
    public const string Document = """
        {
          "ReverseProxy": {
            "Routes": {
              "product": { "ClusterId": "legacy", "Match": { "Path": "/p/{id}" } },
              "search": { "ClusterId": "legacy", "Match": { "Path": "/search" } },
              "cart": { "ClusterId": "legacy", "Match": { "Path": "/cart" } }
            },
            "Clusters": {
              "legacy": { "Destinations": { "one": { "Address": "http://127.0.0.1:1" } } },
              "new": { "Destinations": { "one": { "Address": "http://127.0.0.1:2" } } }
            }
          },
          "Hub": {
            "Groups": {
              "catalog": { "New": "new", "Routes": { "product": { "Reads": [ "catalog" ] } } },
              "checkout": { "New": "new", "Routes": { "cart": { "Writes": [ "carts" ] } } }
            },
            "Datasets": { "catalog": {}, "carts": { "Held": "per customer" } }
          }
        }
        """;

    private readonly string _folder;
    private readonly TimeProvider _time;
    private WebApplication _app = null!;

    private TestControl(string folder, TimeProvider time) => (_folder, _time) = (folder, time);

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public HttpClient Http { get; private set; } = null!;

    public IControlApi Api { get; private set; } = null!;

    public string PlaneToken => File.ReadAllText(Path.Combine(_folder, "plane.token")).Trim();

    public string AdminToken => File.ReadAllText(Path.Combine(_folder, "admin.token")).Trim();

    public IServiceProvider Services => _app.Services;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TestControl> StartAsync(string folder, TimeProvider? time = null, string? documentFile = null)
    {
        var control = new TestControl(folder, time ?? TimeProvider.System);
        await control.StartAsync(documentFile);
        return control;
    }

    public async Task StartAsync(string? documentFile = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString());
        builder.Services.AddSingleton(_time);
        builder.Services.AddHubControl(new ControlOptions { Folder = _folder, DocumentFile = documentFile });
        _app = builder.Build();
        _app.MapHubControl();
        await _app.StartAsync(Cancel);
        Address = new Uri(_app.Urls.Single());
        Http = As(AdminToken);
        Api = RestService.For<IControlApi>(Http, new RefitSettings(new SystemTextJsonContentSerializer(JsonSerializerOptions.Web)));
    }

    public async Task StopAsync()
    {
        Http.Dispose();
        await _app.StopAsync(Cancel);
        await _app.DisposeAsync();
    }

    public HttpClient As(string token)
    {
        var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    public HttpClient AsPlane() => As(PlaneToken);

    public async Task<RevisionId> RevisionAsync() => (await Api.GetStatusAsync(Cancel)).Revision;

    public async Task<DocumentPlan> ApplyAsync(string document = Document) =>
        await Api.ApplyDocumentAsync(new ApplyDocument(document, "hub.json"), $"\"{await RevisionAsync()}\"", Cancel);

    public async Task<FlipResult> ShiftAsync(string group, decimal share, bool wait = false) =>
        await Api.ShiftGroupAsync(group, new ShiftGroup(share, "test", Wait: wait), $"\"{await RevisionAsync()}\"", Cancel);

    /// <summary>The problem that a call is refused with.</summary>
    public static async Task<(HttpStatusCode Status, string Title, string Detail)> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return (response.StatusCode, problem.GetProperty("title").GetString()!, problem.GetProperty("detail").GetString()!);
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
