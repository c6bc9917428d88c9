using System.Net.Http.Headers;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Town;
using Refit;

namespace Hub.Running.Changes;

/// <summary>
/// Control and the migration plane as processes of their own, with one dataset, <c>shop</c>, from a legacy database to New's. The
/// databases, and Kafka where it is used, are the caller's. All else is gone when it is disposed of.
/// </summary>
public sealed class ChangesRun : IAsyncDisposable
{
    /// <summary>The dataset.</summary>
    public const string Dataset = "shop";

    private readonly List<HubProcess> _processes = [];
    private readonly HttpClient _http;
    private readonly string _token;

    private ChangesRun(string folder, HubProcess control, HttpClient http, string token)
    {
        (Folder, _http, _token) = (folder, http, token);
        _processes.Add(control);
        Control = RestService.For<IControlApi>(http, new RefitSettings());
    }

    public string Folder { get; }

    public string ConfigFile => Path.Combine(Folder, "hub.json");

    public IControlApi Control { get; }

    /// <summary>A process by its name: <c>control</c>, <c>migration-1</c> and those that were added.</summary>
    public HubProcess this[string name] => _processes.Single(process => process.Name == name);

    /// <summary>Starts control with the dataset; no migration plane yet.</summary>
    /// <param name="dataset">The dataset's part of the config, as JSON: Source and Targets.</param>
    public static async Task<ChangesRun> StartAsync(string dataset)
    {
        var folder = Directory.CreateTempSubdirectory("hub-changes-").FullName;
        var port = FreePorts.Draw();
        await File.WriteAllTextAsync(Path.Combine(folder, "hub.json"), $$"""
            {
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "legacy", "Match": { "Path": "/{**rest}" } } },
                "Clusters": { "legacy": { "Destinations": { "1": { "Address": "http://127.0.0.1:9/" } } } }
              },
              "Hub": { "Datasets": { "{{Dataset}}": {{dataset}} } }
            }
            """);
        var address = new Uri($"http://127.0.0.1:{port}/");
        var control = new HubProcess(
            "control", "control http", "run", "--roles", "control", "-c", Path.Combine(folder, "hub.json"), "--data", Path.Combine(folder, "control"), "--control-port", $"{port}");
        await control.StartAsync();
        var token = (await File.ReadAllTextAsync(Path.Combine(folder, "control", "control", "admin.token"))).Trim();
        var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new ChangesRun(folder, control, http, token);
    }

    /// <summary>Starts a migration plane, or one that was stopped again.</summary>
    public async Task StartPlaneAsync(string name = "migration-1")
    {
        if (_processes.FirstOrDefault(process => process.Name == name) is not { } plane)
        {
            var token = (await File.ReadAllTextAsync(Path.Combine(Folder, "control", "control", "plane.token"))).Trim();
            plane = new HubProcess(
                name, "migration http", "run", "--roles", "migration", "--plane", name, "--data", Path.Combine(Folder, name),
                "--control", _http.BaseAddress!.ToString(), "--token", token);
            _processes.Add(plane);
        }

        await plane.StartAsync();
    }

    /// <summary>Runs <c>hub ARGUMENTS</c> as a person would, against this control; throws where it fails.</summary>
    /// <returns>What it printed to both streams.</returns>
    public async Task<string> HubAsync(params string[] arguments)
    {
        var (exit, output) = await TryHubAsync(arguments);
        return exit == 0 ? output : throw new InvalidOperationException($"hub {string.Join(' ', arguments)} ended with {exit}:\n{output}\n{Tail()}");
    }

    /// <summary>Runs <c>hub dataset connector shop OPTIONS</c>, which reads the config file; throws where it fails.</summary>
    /// <returns>What it printed to standard output.</returns>
    public async Task<string> ConnectorAsync(params string[] options)
    {
        using var hub = ChildProcess.Hub(["dataset", "connector", Dataset, "-c", ConfigFile, .. options]);
        var exit = await hub.ExitsAsync();
        return exit == 0 ? hub.StandardOutput : throw new InvalidOperationException($"hub dataset connector {string.Join(' ', options)} ended with {exit}:\n{hub.Output}");
    }

    /// <inheritdoc cref="HubAsync"/>
    /// <returns>Its exit code, and what it printed.</returns>
    public Task<(int ExitCode, string Output)> TryHubAsync(params string[] arguments) =>
        TownRun.CommandAsync([.. arguments, "--control", _http.BaseAddress!.ToString(), "--token", _token]);

    /// <summary>How the dataset stands, as the migration plane says; null while it says nothing.</summary>
    public async Task<DatasetView?> LookAsync()
    {
        try
        {
            return await _http.GetAsync($"api/datasets/{Dataset}") is { IsSuccessStatusCode: true } answer
                ? JsonSerializer.Deserialize<DatasetView>(await answer.Content.ReadAsStringAsync(), JsonSerializerOptions.Web)
                : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Waits until all that legacy has committed by now is applied.</summary>
    public async Task CaughtUpAsync(TimeSpan? patience = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var view = await LookAsync();
            if (view is { State: "running" } && view.AppliedAt > now)
            {
                return;
            }

            if (TimeProvider.System.GetElapsedTime(since) > (patience ?? TimeSpan.FromMinutes(3)))
            {
                throw new TimeoutException($"The dataset does not catch up: {JsonSerializer.Serialize(view)}\n{Tail()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>The last words of every process, for the message of a failure.</summary>
    public string Tail() => string.Join("\n\n", _processes.Select(process => process.Tail()));

    public ValueTask DisposeAsync()
    {
        _processes.ForEach(process => process.Dispose());
        _http.Dispose();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
