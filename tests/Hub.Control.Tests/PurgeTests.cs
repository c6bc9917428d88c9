using System.Collections.Concurrent;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Control.Tests.Running;
using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

[Trait("Rule", "10")]
public sealed class PurgeTests : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ConcurrentQueue<(string Method, string Path, string Key, string Secret, long Revision)> _heard = new();
    private WebApplication _cache = null!;
    private volatile int _answer = StatusCodes.Status200OK;
    private TestPlane? _plane;

    public async ValueTask DisposeAsync()
    {
        await _cache.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Flip_WaitedFor_PurgesTheGroupsKeyAfterTheAckAndAgainALeaseLater()
    {
        await StartCacheAsync();
        await using var control = await StartAsync(_folder.Path);
        await using var plane = await ConnectAsync(control);
        await control.ApplyAsync(Cached());
        await Eventually.True(() => !_heard.IsEmpty, "the document itself is a flip");
        _heard.Clear();

        var result = await control.ShiftAsync("catalog", 25, wait: true);

        Assert.True(result is { Acknowledged: true, Purge: { Done: true } });
        Assert.Equal(["front"], result.Purge!.Caches);
        var call = _heard.Last();
        Assert.Equal(("BAN", "/forget/hub-catalog", "hub-catalog", "s3cret"), (call.Method, call.Path, call.Key, call.Secret));
        Assert.Equal(result.Revision.Number, call.Revision);
        await Eventually.True(() => _heard.Count(heard => heard.Path == "/forget/hub-catalog") >= 2, "it is told again");

        Assert.Null((await control.ShiftAsync("checkout", 25, wait: true)).Purge);
        Assert.DoesNotContain(_heard, heard => heard.Path == "/forget/hub-checkout");
    }

    [Fact]
    public async Task Flip_AfterThePurgeOfTheLastOneIsOver_PurgesToo()
    {
        await StartCacheAsync();
        await using var control = await StartAsync(_folder.Path);
        await using var plane = await ConnectAsync(control);
        await control.ApplyAsync(Cached());
        await Eventually.True(() => Setting(control) is not null, "the document's purge is over");

        for (var share = 25; share <= 100; share += 75)
        {
            var before = Setting(control);
            var result = await control.ShiftAsync("catalog", share, wait: true);

            Assert.True(result is { Purge: { Done: true } }, $"{result}");
            await Eventually.True(() => Setting(control) != before, "the flip's purge is over");
        }

        static string? Setting(TestControl control)
        {
            using var connection = control.Services.GetRequiredService<ControlStore>().Open();
            return connection.Query($"SELECT value FROM setting WHERE name = {"purged/catalog"}", row => row.GetString(0)).FirstOrDefault();
        }
    }

    [Fact]
    public async Task Purge_ThatFails_IsToldAndTriedUntilItIsHeard()
    {
        await StartCacheAsync();
        await using var control = await StartAsync(_folder.Path);
        await using var plane = await ConnectAsync(control);
        await control.ApplyAsync(Cached());
        _answer = StatusCodes.Status403Forbidden;

        await control.ShiftAsync("catalog", 25);

        await Eventually.TrueAsync(async () => (await control.Api.GetStatusAsync(Cancel)).Problems.Any(problem =>
            problem.Contains("the cache 'front' was not told to forget hub-catalog", StringComparison.Ordinal) && problem.Contains("it answered 403", StringComparison.Ordinal)
            && !problem.Contains("s3cret", StringComparison.Ordinal)), "status tells it");
        _answer = StatusCodes.Status200OK;
        await Eventually.TrueAsync(async () => !(await control.Api.GetStatusAsync(Cancel)).Problems.Any(problem =>
            problem.Contains("was not told", StringComparison.Ordinal)), "it was heard");
    }

    [Fact]
    public async Task RollbackMadeOnAPlane_PurgesWhenControlAdoptsIt()
    {
        await StartCacheAsync();
        await using var control = await StartAsync(_folder.Path);
        await using var plane = await ConnectAsync(control);
        await control.ApplyAsync(Cached());
        await control.ShiftAsync("catalog", 25, wait: true);
        _heard.Clear();

        await plane.Link.AddRollbackAsync(
            new PlaneRollback(Guid.NewGuid(), "catalog", false, "anna", "New is broken", TimeProvider.System.GetUtcNow()), Cancel);

        await Eventually.True(() => _heard.Any(heard => heard.Path == "/forget/hub-catalog"), "its caches forget it");
    }

    [Fact]
    public async Task ControlThatIsStartedAnew_PurgesWhatWasCutShortAndNothingElse()
    {
        await StartCacheAsync();
        await using var control = await StartAsync(_folder.Path);
        await using (var plane = await ConnectAsync(control))
        {
            await control.ApplyAsync(Cached());
            _answer = StatusCodes.Status500InternalServerError;
            await control.ShiftAsync("catalog", 25);
            await Eventually.True(() => _heard.Count > 1, "it is tried");
        }

        _plane = null;
        await control.StopAsync();
        _heard.Clear();
        _answer = StatusCodes.Status200OK;
        await control.StartAsync();

        await Eventually.True(() => _heard.Count >= 2, "it is done again, both times");
        Assert.All(_heard, heard => Assert.Equal("/forget/hub-catalog", heard.Path));
    }

    private async Task<TestPlane> ConnectAsync(TestControl control)
    {
        _plane = await TestPlane.StartAsync(control, "gw-1", _folder.Of("gw-1"));
        await _plane.ConnectedAsync();
        return _plane;
    }

    private async Task StartCacheAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _cache = builder.Build();
        _cache.Run(context =>
        {
            var headers = context.Request.Headers;
            _heard.Enqueue((context.Request.Method, context.Request.Path, headers["X-Key"].ToString(), headers["X-Secret"].ToString(), _plane?.Link.Current?.Id.Number ?? 0));
            context.Response.StatusCode = _answer;
            return Task.CompletedTask;
        });
        await _cache.StartAsync(Cancel);
        await File.WriteAllTextAsync(_folder.Of("purge.secret"), "s3cret\n", Cancel);
    }

    private string Cached() => Document
        .Replace("\"Path\": \"/p/{id}\"", "\"Path\": \"/p/{id}\", \"Methods\": [ \"GET\" ]", StringComparison.Ordinal)
        .Replace("\"Reads\": [ \"catalog\" ]", "\"Reads\": [ \"catalog\" ], \"Cached\": \"Url\"", StringComparison.Ordinal)
        .Replace("\"Datasets\":", $$"""
            "Caches": { "Purge": { "front": {
              "Url": "{{_cache.Urls.Single()}}/forget/{key}", "Method": "BAN",
              "Headers": { "X-Key": "{key}" }, "Secrets": { "X-Secret": "file:{{_folder.Of("purge.secret")}}" } } } },
            "Datasets":
            """, StringComparison.Ordinal);
}
