using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Connectors.References;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Connectors;

/// <summary>A connector that is alive: its own services, made from its part of the config.</summary>
internal sealed class Connector : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="also">What is added to the vendor's own services, or changed in them.</param>
    public Connector(
        ConnectorConfig config, IConnectorStore store, CrossReferences references, TimeProvider time, Action<IServiceCollection>? also = null)
    {
        Config = config;
        var services = new ServiceCollection().AddLogging().AddSingleton(time).AddSingleton(store).AddSingleton(references);
        config.Vendor.Add(services, config.Options);
        also?.Invoke(services);
        _services = services.BuildServiceProvider();
        Calls = _services.GetRequiredService<ConnectorCalls>();
    }

    public ConnectorConfig Config { get; }

    public ConnectorCalls Calls { get; }

    /// <summary>What it can do of that kind, or null.</summary>
    public TPort? Find<TPort>()
        where TPort : class => _services.GetService<TPort>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
