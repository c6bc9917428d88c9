using System.Collections.Immutable;
using System.Text.Json;
using Hub.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.Connectors;

/// <summary>Which connectors an operator holds still, as the store has it: nothing is sent to them, and nothing asked of them by itself.</summary>
internal sealed partial class PausedConnectors(IProcessStore store, TimeProvider time, ILogger<PausedConnectors> logger) : BackgroundService
{
    private const string Setting = "connectors.paused";
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile ImmutableDictionary<string, Pause> _paused = ImmutableDictionary<string, Pause>.Empty;

    /// <summary>Completes when the store was read for the first time. Nothing is sent before.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Who paused it, or null where it works.</summary>
    public Pause? Find(string connector) => _paused.GetValueOrDefault(connector.ToLowerInvariant());

    /// <summary>Whether it is to be left alone, also as long as that is not known.</summary>
    public bool Holds(string connector) => !_loaded.Task.IsCompleted || Find(connector) is not null;

    /// <param name="pause">Null: it works again.</param>
    public async Task ChangeAsync(string connector, Pause? pause, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var name = connector.ToLowerInvariant();
            var before = await ReadAsync(cancellationToken);
            var after = pause is null ? before.Remove(name) : before.SetItem(name, pause);
            await store.KeepSettingAsync(Setting, after.IsEmpty ? null : JsonSerializer.Serialize(after), cancellationToken);
            _paused = after;
        }
        finally
        {
            _changing.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _changing.Dispose();
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(stoppingToken);
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            _paused = await ReadAsync(cancellationToken);
            _loaded.TrySetResult();
        }
#pragma warning disable CA1031 // The consumer loop: a store that is down is asked again; what was read last counts until then.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogStoreFailed(logger, e);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<ImmutableDictionary<string, Pause>> ReadAsync(CancellationToken cancellationToken) =>
        await store.GetSettingAsync(Setting, cancellationToken) is { } kept
            ? JsonSerializer.Deserialize<ImmutableDictionary<string, Pause>>(kept)!
            : ImmutableDictionary<string, Pause>.Empty;

    [LoggerMessage(LogLevel.Warning, "Which connectors are paused could not be read from the store; what was read last counts.")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception);
}

/// <summary>Who holds a connector still, since when, and why.</summary>
internal sealed record Pause(string? By, DateTimeOffset At, string? Reason)
{
    public override string ToString() => $"paused by {By} at {At:u}{(Reason is not null ? $": {Reason}" : "")}";
}
