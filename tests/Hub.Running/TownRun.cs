using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Town;
using Hub.Town.Shoppers;
using Refit;

namespace Hub.Running;

/// <summary>
/// A town and its hub, as processes over loopback; nobody shops in it until somebody is sent. All is gone when it is disposed of.
/// </summary>
public sealed class TownRun : IAsyncDisposable
{
    private readonly List<HubProcess> _processes = [];
    private readonly string _hubFolder;
    private HttpClient? _http;

    private TownRun(string hubFolder) =>
        (_hubFolder, Folder) = (hubFolder, Directory.CreateTempSubdirectory("hub-town-").FullName);

    /// <summary>Where all of them keep what they keep; <c>town/</c> holds the town's stores.</summary>
    public string Folder { get; }

    /// <summary>The public addresses of the gateway planes; the first is the shop's.</summary>
    public ImmutableArray<Uri> Gateways { get; private set; } = [];

    public Uri Shop => Gateways[0];

    public Uri ControlAddress { get; private set; } = null!;

    public IControlApi Control { get; private set; } = null!;

    /// <summary>The first admin's token.</summary>
    public string AdminToken { get; private set; } = "";

    public TownAddresses Town { get; private set; } = null!;

    public string ConfigFile => Path.Combine(Folder, "hub.json");

    /// <summary>A process by its name: <c>town</c>, then <c>control</c>, <c>gw-1</c>, <c>gw-2</c>, <c>migration</c>, <c>adapters</c>; or <c>hub</c>.</summary>
    public HubProcess this[string name] => _processes.Single(process => process.Name == name);

    /// <summary>Each role as a process of its own, the gateway's twice, with a folder for each.</summary>
    /// <param name="adapters">More of the adapters plane's command line.</param>
    public static Task<TownRun> StartPlanesAsync(int seed = 1, params string[] adapters) => StartAsync(seed, "control", async run =>
    {
        int[] ports = [FreePorts.Draw(), FreePorts.Draw(), FreePorts.Draw()];
        run.Gateways = [Loopback(ports[0]), Loopback(ports[1])];
        run.ControlAddress = Loopback(ports[2]);
        await run.StartTownAsync(seed);
        await run.AddAsync(
            "control", "control http", "run", "--roles", "control", "-c", run.ConfigFile, "--data", run.DataOf("control"), "--control-port", $"{ports[2]}");
        var token = await run.SecretAsync("plane.token");
        string[] link = ["--control", run.ControlAddress.ToString(), "--token", token];
        await Task.WhenAll(
            run.AddAsync("gw-1", "gateway http", ["run", "--roles", "gateway", "--plane", "gw-1", "--data", run.DataOf("gw-1"), "--port", $"{ports[0]}", .. link]),
            run.AddAsync("gw-2", "gateway http", ["run", "--roles", "gateway", "--plane", "gw-2", "--data", run.DataOf("gw-2"), "--port", $"{ports[1]}", .. link]),
            run.AddAsync("migration", "migration http", ["run", "--roles", "migration", "--data", run.DataOf("migration"), .. link]),
            run.AddAsync("adapters", "adapters http", ["run", "--roles", "adapters", "--data", run.DataOf("adapters"), .. link, .. adapters]));
    });

    /// <summary>All roles in one process, named <c>hub</c>.</summary>
    public static Task<TownRun> StartWholeAsync(int seed = 1) => StartAsync(seed, "hub", async run =>
    {
        var (port, control) = (FreePorts.Draw(), FreePorts.Draw());
        run.Gateways = [Loopback(port)];
        run.ControlAddress = Loopback(control);
        await run.StartTownAsync(seed);
        await run.AddAsync(
            "hub", "gateway http", "run", "-c", run.ConfigFile, "--data", run.DataOf("hub"), "--port", $"{port}", "--control-port", $"{control}");
    });

    /// <summary>The folder that the process of this name was given as <c>--data</c>.</summary>
    public string DataOf(string process) => Path.Combine(Folder, process);

    /// <summary>How shoppers come here: to any of the gateways.</summary>
    public ShopperOptions Shoppers(int seed) =>
        new() { Shop = Shop, Gateways = Gateways, Seed = seed, Patience = TimeSpan.FromMinutes(1) };

    /// <summary>Shifts a group and waits for the ack; somebody else's change in between is looked at and gone over.</summary>
    public async Task<FlipResult> ShiftAsync(string group, decimal share, bool wait = true)
    {
        while (true)
        {
            try
            {
                var standing = await Control.GetGroupAsync(group);
                return await Control.ShiftGroupAsync(group, new ShiftGroup(share, Reason: "a test's", Wait: wait), $"\"{standing.Revision}\"");
            }
            catch (ApiException stale) when (stale.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                // The revision moved between the look and the shift: look again.
                continue;
            }
        }
    }

    /// <summary>Changes the config file as an editor would, and waits until control has taken it.</summary>
    public async Task RewriteConfigAsync(Func<string, string> change)
    {
        var text = change(await File.ReadAllTextAsync(ConfigFile));
        await File.WriteAllTextAsync(ConfigFile + ".new", text);
        File.Move(ConfigFile + ".new", ConfigFile, overwrite: true);
        await Eventually.TrueAsync(
            "control takes the changed file",
            async () => (await Control.GetDocumentAsync()).Document == text ? null : "it serves the one before");
    }

    /// <summary>Runs <c>hub ARGUMENTS</c> as a person would, against this control.</summary>
    /// <returns>Its exit code, and what it printed to both streams.</returns>
    public Task<(int ExitCode, string Output)> HubAsync(params string[] arguments) =>
        CommandAsync([.. arguments, "--control", ControlAddress.ToString(), "--token", AdminToken]);

    /// <summary>Runs <c>hub ARGUMENTS</c> as it stands.</summary>
    /// <inheritdoc cref="HubAsync"/>
    public static async Task<(int ExitCode, string Output)> CommandAsync(params string[] arguments)
    {
        using var hub = ChildProcess.Hub(arguments);
        return (await hub.ExitsAsync(), hub.Output);
    }

    /// <summary>The last words of every process, for the message of a failure.</summary>
    public string Tail() => string.Join("\n\n", _processes.Select(process => process.Tail()));

    public ValueTask DisposeAsync()
    {
        _processes.ForEach(process => process.Dispose());
        _http?.Dispose();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static Uri Loopback(int port) => new($"http://127.0.0.1:{port}/");

    private static async Task<TownRun> StartAsync(int seed, string hubFolder, Func<TownRun, Task> startProcesses)
    {
        var run = new TownRun(hubFolder);
        try
        {
            await startProcesses(run);
            run.AdminToken = await run.SecretAsync("admin.token");
            run._http = new HttpClient { BaseAddress = run.ControlAddress, Timeout = TimeSpan.FromMinutes(1) };
            run._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", run.AdminToken);
            run.Control = RestService.For<IControlApi>(run._http, new RefitSettings());
            await run.FedAsync();
            return run;
        }
        catch (Exception e)
        {
            var tail = run.Tail();
            await run.DisposeAsync();
            throw new InvalidOperationException($"The town of seed {seed} does not start: {e.Message}\n{tail}", e);
        }
    }

    private async Task StartTownAsync(int seed)
    {
        await AddAsync(
            "town", "\"marketplace\"", "town", "--data", Folder, "--config-out", ConfigFile, "--public-url", Shop.ToString(), "--seed", $"{seed}");
        await this["town"].Now.SaysAsync("}");
        var said = this["town"].Now.Output;
        var json = said.AsSpan(said.IndexOf('{', StringComparison.Ordinal)..(said.IndexOf('}', StringComparison.Ordinal) + 1));
        Town = JsonSerializer.Deserialize<TownAddresses>(json, JsonSerializerOptions.Web)!;
    }

    private Task AddAsync(string name, string readyWords, params string[] arguments)
    {
        var process = new HubProcess(name, readyWords, arguments);
        _processes.Add(process);
        return process.StartAsync();
    }

    private async Task<string> SecretAsync(string name) =>
        (await File.ReadAllTextAsync(Path.Combine(DataOf(_hubFolder), "control", name))).Trim();

    /// <summary>New's stores hold what legacy holds.</summary>
    private Task FedAsync() => Eventually.TrueAsync("New's stores are fed", async () =>
    {
        try
        {
            var behind = (await Control.GetDatasetsAsync())
                .Where(dataset => dataset.State != "held per customer" && dataset is not { State: "running", LagEvents: 0 })
                .Select(dataset => $"{dataset.Name} is {dataset.State}, {dataset.LagEvents} behind; {string.Join("; ", dataset.Problems)}")
                .ToList();
            return behind.Count == 0 ? null : string.Join("\n", behind);
        }
        catch (ApiException notYet)
        {
            return notYet.Content ?? notYet.Message;
        }
    });
}
