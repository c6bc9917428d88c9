using System.Text.Json;
using Hub.Connectors.Http;

namespace Hub.Connectors.Shopify;

/// <summary>Asks Shopify one thing at a time. Each has a time-out of its own, so that an order of many pages of lines can be read.</summary>
internal sealed class ShopifyCalls(IShopifyApi api, VendorCalls calls, ShopifyOptions options)
{
    /// <param name="read">Says what the answer's <c>data</c> comes to.</param>
    public Task<CallOutcome<T>> AskAsync<T>(ShopifyQuery query, Func<JsonElement, CallOutcome<T>> read, CancellationToken cancellationToken) => calls.AskAsync(
        async cancel =>
        {
            var answer = await api.AskAsync(options.ApiVersion, new ShopifyRequest(query.Text, query.Variables), query.Cost, cancel);
            return ShopifyAnswers.Stop<T>(answer, options) ?? read(answer.Data);
        },
        _ => null, cancellationToken);

    /// <summary>The same for an answer that is one thing.</summary>
    public Task<CallOutcome<T>> ReadAsync<T>(ShopifyQuery query, string field, CancellationToken cancellationToken)
        where T : class => AskAsync(query, data => new CallOutcome<T>.Done(ShopifyJson.Read<T>(data.GetProperty(field))), cancellationToken);

    /// <summary>Tells Shopify something; the answer says what it did not take.</summary>
    public Task<CallOutcome<T>> TellAsync<T>(ShopifyQuery mutation, string field, CancellationToken cancellationToken)
        where T : class, IShopifyPayload => AskAsync<T>(
            mutation,
            data => ShopifyJson.Read<T>(data.GetProperty(field)) is { UserErrors.IsDefault: false } payload && !payload.UserErrors.Contains(null!)
                ? new CallOutcome<T>.Done(payload)
                : new CallOutcome<T>.Unknown("Shopify did not say what it took."),
            cancellationToken);
}

/// <summary>Steps of which each needs what the one before it gave.</summary>
internal static class ShopifySteps
{
    /// <summary>Goes on where the step is done; otherwise its outcome is the outcome.</summary>
    public static async Task<CallOutcome<TNext>> ThenAsync<T, TNext>(this Task<CallOutcome<T>> step, Func<T, Task<CallOutcome<TNext>>> next) => await step switch
    {
        CallOutcome<T>.Done done => await next(done.Value),
        var stopped => stopped.As<T, TNext>(),
    };

    /// <summary>An outcome that is none of <see cref="CallOutcome{T}.Done"/>, for a call that was to give something else.</summary>
    public static CallOutcome<TNext> As<T, TNext>(this CallOutcome<T> stopped) => stopped switch
    {
        CallOutcome<T>.Refused refused => new CallOutcome<TNext>.Refused(refused.Reason) { Missing = refused.Missing },
        CallOutcome<T>.NotDone notDone => new CallOutcome<TNext>.NotDone(notDone.Reason, notDone.After),
        CallOutcome<T>.Unknown unknown => new CallOutcome<TNext>.Unknown(unknown.Reason),
        _ => throw new InvalidOperationException($"{stopped} is no failure."),
    };
}
