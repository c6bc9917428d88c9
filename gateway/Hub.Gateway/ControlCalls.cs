using Hub.Control.Protocol;
using Microsoft.Extensions.Logging;
using Refit;

namespace Hub.Gateway;

/// <summary>
/// Asks control on a shopper's behalf: within a budget, and not at all while control is known to be out of reach.
/// </summary>
/// <param name="api">Control's API; null while it is out of reach, or where there is no control.</param>
internal sealed partial class ControlCalls(Func<IPlaneApi?> api, TimeProvider time, GatewayMetrics metrics, ILogger<ControlCalls> logger)
{
    /// <summary>How long a request waits for control before it goes on without.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);

    public bool Reachable => api() is not null;

    /// <summary>For what is asked on nobody's behalf, with patience of its own; null while control is out of reach.</summary>
    public IPlaneApi? Api => api();

    /// <summary>The answer, or null where there is none: then the rule for "control out of reach" holds.</summary>
    public async Task<T?> AskAsync<T>(Func<IPlaneApi, CancellationToken, Task<T>> call)
        where T : class
    {
        if (api() is not { } control)
        {
            return null;
        }

        using var cancellation = new CancellationTokenSource(Budget, time);
        try
        {
            return await call(control, cancellation.Token).WaitAsync(cancellation.Token);
        }
        catch (Exception e) when (e is ApiException or HttpRequestException or IOException or OperationCanceledException)
        {
            metrics.ControlFailed();
            LogFailed(logger, e.Message);
            return null;
        }
    }

    /// <summary>Tells control something; false where it did not hear.</summary>
    public async Task<bool> TellAsync(Func<IPlaneApi, CancellationToken, Task> call) =>
        await AskAsync(async (control, cancellationToken) =>
        {
            await call(control, cancellationToken);
            return control;
        }) is not null;

    [LoggerMessage(20, LogLevel.Warning, "Control did not answer a question about a customer: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
