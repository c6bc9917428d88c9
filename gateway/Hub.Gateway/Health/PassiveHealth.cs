using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Configuration.ClusterValidators;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Hub.Gateway.Health;

/// <summary>
/// The passive policy <c>Hub</c>: a 5xx and a request that got no answer are failures of the side, a client that goes away
/// is none (SAFETY.md, the boundary; YARP's own policy has it the other way round).
/// </summary>
internal sealed partial class PassiveHealth(IDestinationHealthUpdater updater, TimeProvider time, ILogger<PassiveHealth> logger)
    : IPassiveHealthCheckPolicy
{
    private static readonly TimeSpan Reactivation = TimeSpan.FromSeconds(10);

    private readonly ConditionalWeakTable<DestinationState, AnswerWindow> _windows = [];
    private readonly ConditionalWeakTable<ClusterConfig, object> _options = [];
    private readonly long _start = time.GetTimestamp();

    public string Name => "Hub";

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (Judge(context) is not { } good)
        {
            return;
        }

        var config = cluster.Model.Config;
        var options = (PassiveHealthOptions)_options.GetValue(config, static config => PassiveHealthOptions.Read(config.Metadata, out _));
        if (_windows.GetOrCreateValue(destination).Count(good, time.GetElapsedTime(_start), options))
        {
            LogUnhealthy(logger, destination.DestinationId, cluster.ClusterId, options.Samples, options.Window, options.FailureRate);
            updater.SetPassive(cluster, destination, DestinationHealth.Unhealthy, config.HealthCheck?.Passive?.ReactivationPeriod ?? Reactivation);
        }
    }

    /// <returns>Null: it says nothing of the side.</returns>
    private static bool? Judge(HttpContext context) => context.Features.Get<IForwarderErrorFeature>()?.Error switch
    {
        null or ForwarderError.None => context.Response.StatusCode < StatusCodes.Status500InternalServerError,
        ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestBodyDestination or ForwarderError.ResponseHeaders
            or ForwarderError.ResponseBodyDestination or ForwarderError.UpgradeRequestDestination
            or ForwarderError.UpgradeResponseDestination => false,
        // The client's doing, or the end of a stream that nobody used.
        _ => null,
    };

    [LoggerMessage(70, LogLevel.Warning,
        "Destination {Destination} of cluster {Cluster} is unhealthy: of at least {Samples} requests in {Window} a part of {Rate} or more failed.")]
    private static partial void LogUnhealthy(ILogger logger, string destination, string cluster, int samples, TimeSpan window, double rate);
}

/// <summary>Refuses a cluster whose <c>Metadata</c> the policy can't read.</summary>
internal sealed class PassiveHealthValidator : IClusterValidator
{
    public ValueTask ValidateAsync(ClusterConfig cluster, IList<Exception> errors)
    {
        PassiveHealthOptions.Read(cluster.Metadata, out var wrong);
        if (wrong is not null)
        {
            errors.Add(new ArgumentException($"Metadata: {wrong}."));
        }

        return ValueTask.CompletedTask;
    }
}
