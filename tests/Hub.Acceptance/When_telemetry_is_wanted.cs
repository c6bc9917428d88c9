using Hub.Running;
using Hub.Town;

namespace Hub.Acceptance;

public sealed class When_telemetry_is_wanted : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-otel-").FullName;

    [Fact]
    public async Task Should_send_traces_and_metrics_of_each_role_to_the_collector()
    {
        await using var legacy = new Listener();
        await using var collector = new Listener();
        var (port, control) = (FreePorts.Draw(), FreePorts.Draw());
        var file = Path.Combine(_folder, "hub.json");
        await File.WriteAllTextAsync(file, $$"""
            { "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "legacy", "Match": { "Path": "/{**rest}" } } },
                "Clusters": { "legacy": { "Destinations": { "one": { "Address": "{{legacy.Address}}" } } } } },
              "Hub": { } }
            """, TestContext.Current.CancellationToken);
        var variables = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        };

        using var hub = ChildProcess.Hub(
            variables, "run", "--roles", "control,gateway", "-c", file, "--data", _folder, "--port", $"{port}", "--control-port", $"{control}");
        await hub.SaysAsync("gateway http");
        using var shop = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Equal("GET /", await shop.GetStringAsync("/", TestContext.Current.CancellationToken));

        // Strings stand in protobuf as they are.
        foreach (var (path, words) in new[]
        {
            ("/v1/traces", "hub-gateway"), ("/v1/metrics", "hub-gateway"), ("/v1/metrics", "hub-control"), ("/v1/metrics", "http.server.request.duration"),
        })
        {
            await Eventually.TrueAsync(
                $"{words} at {path}",
                () => Task.FromResult(collector.Received.Any(sent => sent.Path == path && sent.Body.Contains(words, StringComparison.Ordinal))
                    ? null
                    : $"{collector.Received.Count} messages came.\n{hub.Output}"),
                TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, await hub.StopAsync());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
