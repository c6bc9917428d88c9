using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Hub.Running;

/// <summary>A process of a test or a benchmark, with what it printed; killed with its children when it is disposed of.</summary>
public sealed class ChildProcess : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly StringBuilder _output = new(), _standard = new();
    private readonly Process _process;

    private ChildProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        // What the person at this terminal has set is not meant for our processes.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("HUB_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line, standard: true);
        _process.ErrorDataReceived += (_, line) => Keep(line, standard: false);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The program that users run: <c>hub.dll</c>.</summary>
    public static string HubAssembly => Path.Combine(AppContext.BaseDirectory, "hub.dll");

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>All that it printed so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>What it printed so far to standard output alone.</summary>
    public string StandardOutput
    {
        get
        {
            lock (_output)
            {
                return _standard.ToString();
            }
        }
    }

    /// <summary>The most memory that it held, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>The memory that it holds now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The processor time that it and its children, as the workers of nginx, used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return Children().Aggregate(_process.TotalProcessorTime, (sum, child) => sum + child);
        }
    }

    /// <summary>Starts <c>dotnet ASSEMBLY ARGUMENTS</c>.</summary>
    public static ChildProcess Dotnet(string assembly, params string[] arguments) => new(InterruptIsIgnored()
        ? new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", assembly, .. arguments])
        : new ProcessStartInfo("dotnet", [assembly, .. arguments]));

    /// <summary>Starts any program.</summary>
    public static ChildProcess Program(string program, params string[] arguments) => new(new ProcessStartInfo(program, arguments));

    /// <summary>Starts <c>hub ARGUMENTS</c>.</summary>
    public static ChildProcess Hub(params string[] arguments) => Dotnet(HubAssembly, arguments);

    /// <summary>Starts <c>hub ARGUMENTS</c> with variables of its own.</summary>
    public static ChildProcess Hub(IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [HubAssembly, .. arguments]);
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(start);
    }

    /// <summary>Starts another program of this machine.</summary>
    public static ChildProcess Program(string file, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments);
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(start);
    }

    /// <summary>Waits until it has printed the text.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or two minutes passed; the message holds what it printed.</exception>
    public async Task SaysAsync(string text)
    {
        var since = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (HasExited || since.Elapsed > Patience)
            {
                throw new InvalidOperationException($"'{text}' was not printed.\n{Output}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Asks the address until it answers with success.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or two minutes passed; the message holds what it printed.</exception>
    public async Task AnswersAsync(Uri address)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var since = Stopwatch.StartNew();
        while (true)
        {
            if (HasExited || since.Elapsed > Patience)
            {
                throw new InvalidOperationException($"{address} did not answer.\n{Output}");
            }

            try
            {
                using var answer = await client.GetAsync(address);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet, or not answering yet: asked again until the minute is over.
                Debug.Write(e.Message);
            }

            await Task.Delay(20);
        }
    }

    /// <summary>kill -9, as a crash; its children too.</summary>
    public void Kill()
    {
        if (!HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }

    /// <summary>SIGTERM, then waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync() => SignalAsync(Terminate);

    /// <summary>SIGINT, as Ctrl-C sends it, then waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> InterruptAsync() => SignalAsync(Interrupt);

    public async Task<int> ExitsAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return ExitCode;
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    // A shell without job control lets what it starts with '&' ignore SIGINT, and so would every child of ours.
    private static bool InterruptIsIgnored()
    {
        const string Status = "/proc/self/status", Ignored = "SigIgn:";
        return File.Exists(Status)
            && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } line
            && (Convert.ToUInt64(line[Ignored.Length..].Trim(), 16) & (1UL << (Interrupt - 1))) != 0;
    }

    private IEnumerable<TimeSpan> Children()
    {
        var file = $"/proc/{_process.Id}/task/{_process.Id}/children";
        foreach (var id in File.Exists(file) ? File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            using var child = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
            yield return child.TotalProcessorTime;
        }
    }

    private Task<int> SignalAsync(int signal) => HasExited || SendSignal(_process.Id, signal) == 0
        ? ExitsAsync()
        : throw new InvalidOperationException("The process could not be asked to stop.");

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);

    private void Keep(DataReceivedEventArgs line, bool standard)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
            if (standard)
            {
                _standard.AppendLine(line.Data);
            }
        }
    }
}
