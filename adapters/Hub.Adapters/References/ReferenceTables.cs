using System.Collections.Frozen;
using System.Collections.Immutable;
using Hub.Connectors.References;
using Hub.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Adapters.References;

/// <summary>
/// The connectors' cross references as they stand in the store, read again within a second after any plane changed one. Connectors read a snapshot: no
/// call of theirs waits for the store.
/// </summary>
internal sealed partial class ReferenceTables(IReferenceStore store, TimeProvider time, ILogger<ReferenceTables> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Snapshot? _snapshot;

    /// <summary>Completes when they were read for the first time. Before that no order may be refused for a row that is missing.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Which state of the store's rows is used now.</summary>
    public long Version => _snapshot?.Version ?? -1;

    /// <summary>All rows, by connector, table and key; none before they were read.</summary>
    public ImmutableArray<ReferenceRow> Rows => _snapshot?.Rows ?? [];

    public CrossReferences Of(string connector)
    {
        var owner = Owner(connector);
        return new CrossReferences(connector, table =>
        {
            var snapshot = _snapshot ?? throw new InvalidOperationException("The cross references could not be read from the store yet.");
            return snapshot.Tables.GetValueOrDefault((owner, table)) ?? CrossReferenceTable.Empty;
        });
    }

    /// <summary>Whose rows a connector's are in the store: its name, whatever its case.</summary>
    public static string Owner(string connector) => connector.ToLowerInvariant();

    public override void Dispose()
    {
        base.Dispose();
        _reading.Dispose();
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads what changed.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_snapshot is not { } old || old.Version != await store.GetReferenceVersionAsync(cancellationToken))
            {
                var (version, rows) = await store.GetReferencesAsync(cancellationToken);
                _snapshot = new Snapshot(version, rows, rows.GroupBy(row => (row.Owner, row.List)).ToFrozenDictionary(
                    table => table.Key, table => new CrossReferenceTable(table.Select(row => KeyValuePair.Create(row.Key, row.Value)))));
                _loaded.TrySetResult();
            }
        }
        finally
        {
            _reading.Release();
        }
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
        try
        {
            await ReadAsync(cancellationToken);
        }
#pragma warning disable CA1031 // The consumer loop: a store that is down is asked again; what was read last counts until then.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogStoreFailed(logger, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cross references could not be read from the store; what was read last is used.")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception);

    private sealed record Snapshot(
        long Version, ImmutableArray<ReferenceRow> Rows, FrozenDictionary<(string Owner, string Table), CrossReferenceTable> Tables);
}
