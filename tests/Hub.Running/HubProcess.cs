namespace Hub.Running;

/// <summary>A process of the hub that goes and comes again, with the same arguments, folder and ports each time.</summary>
/// <param name="readyWords">What it prints once it stands.</param>
public sealed class HubProcess(string name, string readyWords, params string[] arguments) : IDisposable
{
    private const int TailLines = 40;

    private readonly List<ChildProcess> _lives = [];

    public string Name => name;

    /// <summary>Its last life; the process may have ended.</summary>
    public ChildProcess Now => _lives[^1];

    /// <summary>Starts it, and returns when it stands.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it printed.</exception>
    public Task StartAsync()
    {
        _lives.Add(ChildProcess.Hub(arguments));
        return Now.SaysAsync(readyWords);
    }

    /// <summary>kill -9.</summary>
    public void Kill() => Now.Kill();

    /// <summary>SIGTERM, then waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync() => Now.StopAsync();

    /// <summary>The last that it said, in all its lives.</summary>
    public string Tail()
    {
        var lines = _lives.SelectMany((life, i) => life.Output.Split('\n').Prepend($"-- {name}, life {i + 1} --")).ToList();
        return string.Join('\n', lines.Skip(lines.Count - TailLines));
    }

    public void Dispose() => _lives.ForEach(life => life.Dispose());
}
