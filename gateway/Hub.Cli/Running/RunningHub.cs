using System.Collections.Immutable;

namespace Hub.Cli.Running;

/// <summary>The roles of this process, running.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private readonly RunOptions _options;
    private readonly List<FolderLock> _locks = [];
    private readonly List<RoleHost> _hosts = [];
    private RunFile? _runFile;

    private RunningHub(RunOptions options) => _options = options;

    /// <summary>Each role's addresses: the gateway's public ones, control's, the planes' private API.</summary>
    public IEnumerable<(HubRole Role, Uri Address)> Addresses =>
        _hosts.SelectMany(host => host.Shown.Select(address => (host.Role, address)));

    /// <summary>Where control keeps the first admin's token.</summary>
    public string AdminTokenFile => Path.Combine(_options.FolderOf(HubRole.Control), "admin.token");

    /// <summary>Starts control first, then the planes side by side; each is ready when it returns, or serves its copy.</summary>
    /// <exception cref="CommandFailedException">A port or a folder is taken.</exception>
    public static async Task<RunningHub> StartAsync(RunOptions options, CancellationToken cancellationToken)
    {
        var hub = new RunningHub(options);
        try
        {
            await hub.StartRolesAsync(cancellationToken);
            return hub;
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when it is told to stop (true), or when one of the roles has stopped of itself (false).</summary>
    public async Task<bool> UntilStoppedAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource([cancellationToken, .. _hosts.Select(host => host.Stopping)]);
        var stopped = new TaskCompletionSource();
        await using var registration = either.Token.Register(stopped.SetResult);
        await stopped.Task;
        return cancellationToken.IsCancellationRequested;
    }

    /// <summary>Stops in order: the gateway drains first, control last, so that the planes can tell it that they go.</summary>
    public async ValueTask DisposeAsync()
    {
        _runFile?.Remove(_options.Folder);
        foreach (var roles in new ImmutableArray<HubRole>[] { [HubRole.Gateway], [HubRole.Migration, HubRole.Adapters], [HubRole.Control] })
        {
            using var patience = new CancellationTokenSource(_options.Drain);
            var hosts = _hosts.Where(host => roles.Contains(host.Role)).ToList();
            await Task.WhenAll(hosts.Select(host => host.StopAsync(patience.Token)));
            await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask()));
        }

        _hosts.Clear();
        _locks.ForEach(taken => taken.Dispose());
        _locks.Clear();
    }

    private async Task StartRolesAsync(CancellationToken cancellationToken)
    {
        if (_options.Roles.Any(role => role != HubRole.Gateway))
        {
            StoreThreads.Raise();
        }

        foreach (var role in _options.Roles)
        {
            _locks.Add(FolderLock.Take(_options.FolderOf(role)));
        }

        var (control, token) = (_options.Control, _options.Token);
        if (_options.Roles.Contains(HubRole.Control))
        {
            var host = RoleHosts.Control(_options);
            _hosts.Add(host);
            await host.StartAsync(cancellationToken);
            control ??= host.Addresses[0];
            token = Secret("plane.token");
            _runFile = new RunFile(control, Secret("admin.token") ?? "", Environment.ProcessId);
            _runFile.Write(_options.Folder);
        }

        token ??= Secret("plane.token");
        if (_options.Roles.All(role => role == HubRole.Control))
        {
            return;
        }

        if (control is null || token is null)
        {
            throw new UsageException(
                "a plane without control in its process needs --control URL and a token of the role plane: --token or HUB_TOKEN ('hub token create --name gw-1 --role plane').");
        }

        var planes = _options.Roles.Where(role => role != HubRole.Control).Select(role => RoleHosts.Plane(role, _options, control, token)).ToList();
        _hosts.AddRange(planes);
        await Task.WhenAll(planes.Select(host => host.StartAsync(cancellationToken)));
        await Task.WhenAll(planes.Select(host => host.ReadyAsync(cancellationToken)));
    }

    private string? Secret(string name)
    {
        var file = Path.Combine(_options.FolderOf(HubRole.Control), name);
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }
}
