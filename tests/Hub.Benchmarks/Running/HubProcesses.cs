using System.Net.Http.Headers;
using Hub.Control.Protocol;
using Hub.Running;
using Hub.Town;
using Refit;

namespace Hub.Benchmarks.Running;

/// <summary>A control plane and gateway planes as processes of their own, before two upstreams; all is gone when disposed of.</summary>
internal sealed class HubProcesses : IDisposable
{
    private readonly List<ChildProcess> _processes = [];
    private readonly List<ChildProcess> _gateways = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-benchmark").FullName;

    public required IControlApi Control { get; init; }

    public required Uri[] Gateways { get; init; }

    /// <summary>The processes of <see cref="Gateways"/>.</summary>
    public IReadOnlyList<ChildProcess> GatewayProcesses => _gateways;

    public required Uri Upstream { get; init; }

    /// <summary>The process of <see cref="Upstream"/>.</summary>
    public ChildProcess UpstreamProcess => _processes[0];

    public static string Benchmarks => typeof(HubProcesses).Assembly.Location;

    /// <param name="routes">Routes of the one group: <c>/r0/…</c> to the last, and a catch-all, all of them in it.</param>
    /// <param name="newSide">The port of a New that the caller runs; null: an upstream like legacy's.</param>
    /// <param name="group">More of the group's config, each property with a comma behind it.</param>
    /// <param name="shop">More of the section <c>Hub</c>, likewise.</param>
    public static async Task<HubProcesses> StartAsync(int gateways, int routes, int? newSide = null, string group = "", string shop = "")
    {
        int[] upstreams = [FreePorts.Draw(), FreePorts.Draw()];
        var control = FreePorts.Draw();
        var ports = Enumerable.Range(0, gateways).Select(_ => FreePorts.Draw()).ToArray();
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{control}") };
        var hub = new HubProcesses
        {
            Control = RestService.For<IControlApi>(http, new RefitSettings()),
            Gateways = [.. ports.Select(port => new Uri($"http://127.0.0.1:{port}/"))],
            Upstream = new Uri($"http://127.0.0.1:{upstreams[0]}/"),
        };
        try
        {
            var config = Path.Combine(hub._folder, "hub.json");
            await File.WriteAllTextAsync(config, Config(upstreams[0], newSide ?? upstreams[1], routes, group, shop));
            hub.Run(Benchmarks, "serve", "upstream", $"{upstreams[0]}", "legacy");
            hub.Run(Benchmarks, "serve", "upstream", $"{upstreams[1]}", "new");
            var data = Path.Combine(hub._folder, "control");
            await hub.Run(ChildProcess.HubAssembly, "run", "-c", config, "--roles", "control", "--data", data, "--control-port", $"{control}")
                .AnswersAsync(new Uri(http.BaseAddress, "health/ready"));
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer", await ReadAsync(Path.Combine(data, "control", "admin.token")));
            var token = await ReadAsync(Path.Combine(data, "control", "plane.token"));
            for (var i = 0; i < gateways; i++)
            {
                hub._gateways.Add(hub.Run(
                    ChildProcess.HubAssembly, "run", "--roles", "gateway", "--plane", $"gw-{i + 1}", "--control", $"{http.BaseAddress}",
                    "--token", token, "--data", Path.Combine(hub._folder, $"gw-{i + 1}"), "--port", $"{ports[i]}"));
                await hub._gateways[i].AnswersAsync(hub.Gateways[i]);
            }

            return hub;
        }
        catch
        {
            hub.Dispose();
            throw;
        }
    }

    public ChildProcess Run(string assembly, params string[] arguments)
    {
        var process = ChildProcess.Dotnet(assembly, arguments);
        _processes.Add(process);
        return process;
    }

    /// <summary>A program that is none of ours; gone with the rest.</summary>
    public ChildProcess RunProgram(string program, params string[] arguments)
    {
        var process = ChildProcess.Program(program, arguments);
        _processes.Add(process);
        return process;
    }

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> ReadAsync(string file) => (await File.ReadAllTextAsync(file)).Trim();

    private static string Config(int legacy, int newSide, int routes, string group, string shop)
    {
        var named = Enumerable.Range(0, routes)
            .Select(i => ($"r{i}", $"/r{i}/{{**rest}}"))
            .Append(("all", "/{**rest}"))
            .ToArray();
        var matches = string.Join(",\n", named.Select(route =>
            $$"""      "{{route.Item1}}": { "ClusterId": "legacy", "Match": { "Path": "{{route.Item2}}" } }"""));
        return $$"""
            {
              "ReverseProxy": {
                "Routes": {
            {{matches}}
                },
                "Clusters": {
                  "legacy": { "Destinations": { "1": { "Address": "http://127.0.0.1:{{legacy}}" } } },
                  "new": { "Destinations": { "1": { "Address": "http://127.0.0.1:{{newSide}}" } } }
                }
              },
              "Hub": { {{shop}}
                "Groups": { "shop": { "New": "new", {{group}} "Routes": { {{string.Join(", ", named.Select(route => $"\"{route.Item1}\": {{}}"))}} } } }
              }
            }
            """;
    }
}
