using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace Hub.Gateway.Documents;

/// <summary>Gives YARP the document's routes and clusters. It is swapped when the document changes and never at a flip.</summary>
internal sealed class DocumentConfigProvider : IProxyConfigProvider, IConfigChangeListener
{
    private volatile Snapshot _current = new([], []);
    private volatile TaskCompletionSource<Exception?>? _applied;

    public IProxyConfig GetConfig() => _current;

    /// <summary>Swaps the config and waits until YARP's endpoints follow it.</summary>
    /// <returns>What YARP refused; it then serves what it served before.</returns>
    public async Task<Exception?> SwapAsync(
        IReadOnlyList<RouteConfig> routes, IReadOnlyList<ClusterConfig> clusters, CancellationToken cancellationToken)
    {
        var applied = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var previous = _current;
        _applied = applied;
        _current = new Snapshot(routes, clusters);
        previous.SignalChange();
        var error = await applied.Task.WaitAsync(cancellationToken);
        if (error is not null)
        {
            var refused = _current;
            _current = new Snapshot(previous.Routes, previous.Clusters);
            refused.SignalChange();
        }

        return error;
    }

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception)
    {
        // Another provider of the application, which is its own matter: ours can't fail to load.
    }

    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs) => Answer(proxyConfigs, null);

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) =>
        Answer(proxyConfigs, exception);

    private void Answer(IReadOnlyList<IProxyConfig> proxyConfigs, Exception? error)
    {
        // A provider of the application may have changed; only what holds our newest snapshot answers our swap.
        if (proxyConfigs.Any(config => ReferenceEquals(config.Routes, _current.Routes)))
        {
            _applied?.TrySetResult(error);
        }
    }

    private sealed class Snapshot(IReadOnlyList<RouteConfig> routes, IReadOnlyList<ClusterConfig> clusters) : IProxyConfig
    {
        private readonly ConfigurationReloadToken _changed = new();

        public IReadOnlyList<RouteConfig> Routes { get; } = routes;

        public IReadOnlyList<ClusterConfig> Clusters { get; } = clusters;

        public IChangeToken ChangeToken => _changed;

        public void SignalChange() => _changed.OnReload();
    }
}
