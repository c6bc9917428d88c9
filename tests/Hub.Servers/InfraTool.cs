using System.Diagnostics;

namespace Hub.Servers;

/// <summary>
/// Servers of a test's own, to be killed: started by the tool that <c>HUB_INFRA</c> names, in a folder of their own, gone at the end.
/// </summary>
/// <remarks>
/// The tool takes <c>--dir DIR</c> and the verbs <c>up NAME…</c> (prints <c>export NAME='value'</c>), <c>stop NAME…</c> (kill -9, data
/// stays; <c>up</c> starts it again on the same port) and <c>down</c>. Names: kafka, connect, postgres, mariadb, tryton.
/// </remarks>
public sealed class InfraTool : IAsyncDisposable
{
    private readonly string _tool = TestServers.Setting("HUB_INFRA");
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-infra-").FullName;
    private readonly Dictionary<string, string> _settings = [];
    private readonly Dictionary<string, string> _environment;

    private InfraTool(Dictionary<string, string> environment)
    {
        _environment = environment;
    }

    /// <summary>As the variable of the same name among <see cref="TestServers"/>, of this tool's own servers.</summary>
    public string this[string variable] => _settings[variable];

    public string Postgres => this["HUB_TEST_POSTGRES"];

    public string MariaDb => this["HUB_TEST_MARIADB"];

    public string Kafka => this["HUB_TEST_KAFKA"];

    public string Connect => this["HUB_TEST_CONNECT"];

    public string Tryton => this["HUB_TEST_TRYTON"];

    /// <summary>Starts servers.</summary>
    /// <param name="environment">What the tool is told, such as <c>KAFKA_NODES=3</c>.</param>
    public static async Task<InfraTool> StartAsync(string[] servers, Dictionary<string, string>? environment = null)
    {
        var tool = new InfraTool(environment ?? []);
        try
        {
            await tool.UpAsync(servers);
            return tool;
        }
        catch
        {
            await tool.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts servers, or starts killed ones again on the same port and data; they answer when this returns.</summary>
    public async Task UpAsync(params string[] servers)
    {
        foreach (var line in (await RunAsync(["up", .. servers])).Split('\n'))
        {
            if (line.StartsWith("export ", StringComparison.Ordinal) && line.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
            {
                _settings[line["export ".Length..equals]] = line[(equals + 1)..].Trim().Trim('\'');
            }
        }
    }

    /// <summary>Kills servers, as a crash does.</summary>
    public Task KillAsync(params string[] servers) => RunAsync(["stop", .. servers]);

    public async ValueTask DisposeAsync() => await RunAsync(["down"]);

    private async Task<string> RunAsync(string[] arguments)
    {
        // Servers inherit what is open here: output goes through files, since a pipe would never end.
        var output = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("bash") { UseShellExecute = false };
            foreach (var argument in (string[])["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "infra", output, _tool, "--dir", _folder, .. arguments])
            {
                start.ArgumentList.Add(argument);
            }

            foreach (var (name, value) in _environment)
            {
                start.Environment[name] = value;
            }

            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            var said = await File.ReadAllTextAsync(output);
            return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{_tool} {string.Join(' ', arguments)} failed: {said}");
        }
        finally
        {
            File.Delete(output);
        }
    }
}
