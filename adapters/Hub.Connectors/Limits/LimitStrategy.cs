using Polly;

namespace Hub.Connectors.Limits;

/// <summary>The vendor's limits as a part of the connector's pipeline.</summary>
internal sealed class LimitStrategy(VendorLimits limits) : ResilienceStrategy<HttpResponseMessage>
{
    protected override ValueTask<Outcome<HttpResponseMessage>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<HttpResponseMessage>>> callback, ResilienceContext context, TState state) =>
        limits.PassAsync(
            context.GetRequestMessage()!, () => callback(context, state), outcome => outcome.Result, context.CancellationToken);
}

internal sealed class LimitStrategyOptions : ResilienceStrategyOptions;
