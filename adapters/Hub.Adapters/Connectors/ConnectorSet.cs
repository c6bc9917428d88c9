using System.Collections.Immutable;
using Hub.Adapters.References;

namespace Hub.Adapters.Connectors;

/// <summary>The connectors that the document asks for. A changed document makes only those anew whose part changed.</summary>
internal sealed class ConnectorSet(ConnectorStores stores, ReferenceTables references, TimeProvider time) : IAsyncDisposable
{
    private volatile ImmutableSortedDictionary<string, Connector> _connectors =
        ImmutableSortedDictionary.Create<string, Connector>(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<Connector> All => _connectors.Values;

    public Connector? Find(string name) => _connectors.GetValueOrDefault(name);

    /// <summary>The one that has this port, or null.</summary>
    public TPort? Find<TPort>()
        where TPort : class => With<TPort>()?.Find<TPort>();

    /// <summary>The connector that has this port, or null.</summary>
    public Connector? With<TPort>()
        where TPort : class => All.FirstOrDefault(connector => connector.Find<TPort>() is not null);

    public void Take(ImmutableArray<ConnectorConfig> configs)
    {
        var old = _connectors;
        _connectors = configs.ToImmutableSortedDictionary(
            config => config.Name,
            config => old.GetValueOrDefault(config.Name) is { } kept && kept.Config.Fingerprint == config.Fingerprint
                ? kept
                : new Connector(config, stores.Of(config.Name), references.Of(config.Name), time),
            StringComparer.OrdinalIgnoreCase);
        foreach (var gone in old.Values.Except(_connectors.Values))
        {
            _ = DisposeLaterAsync(gone);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connector in _connectors.Values)
        {
            await connector.DisposeAsync();
        }
    }

    // Calls under way end by their own time-out, which the deadline of VendorCalls doubles.
    private async Task DisposeLaterAsync(Connector connector)
    {
        await Task.Delay((connector.Config.Options.Timeout * 2) + TimeSpan.FromSeconds(1), time);
        await connector.DisposeAsync();
    }
}
