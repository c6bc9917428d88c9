using System.Globalization;
using System.Net;
using Hub.Connectors.Limits;
using Hub.Connectors.References;
using Hub.Connectors.Tokens;
using Polly.CircuitBreaker;
using Polly.Timeout;
using Refit;

namespace Hub.Connectors.Http;

/// <summary>
/// Turns what a call to a vendor ends with into a <see cref="CallOutcome{T}"/>. The one place that knows which failures can have had an
/// effect: whatever is not surely without is <see cref="CallOutcome{T}.Unknown"/>.
/// </summary>
public sealed class VendorCalls(ConnectorOptions options, TimeProvider time, SecretMask mask)
{
    /// <summary>Calls, and gives up when even the body did not come within twice the time-out, the wait for a limit aside.</summary>
    public Task<CallOutcome<T>> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) => AskAsync<T>(
        async cancel => new CallOutcome<T>.Done(await call(cancel)), _ => null, cancellationToken);

    /// <summary>The same for a vendor whose answers say more than their status: one that refuses with 200, one whose errors tell whose fault it is.</summary>
    /// <param name="call">Calls, and says what the answer comes to.</param>
    /// <param name="read">Says what a failed answer comes to; null: its status alone does.</param>
    public async Task<CallOutcome<T>> AskAsync<T>(
        Func<CancellationToken, Task<CallOutcome<T>>> call, Func<ApiException, CallOutcome<T>?> read, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource((options.Timeout * 2) + options.LimitWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return Clean(await call(either.Token));
        }
#pragma warning disable CA1031 // The edge to the vendor: from here on a failure is a value.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return Clean((e is ApiException answer ? read(answer) : null) ?? Outcome<T>(e));
        }
    }

    private CallOutcome<T> Clean<T>(CallOutcome<T> outcome) => outcome switch
    {
        CallOutcome<T>.Refused refused => refused with { Reason = Cut(refused.Reason, 800) },
        CallOutcome<T>.NotDone notDone => notDone with { Reason = Cut(notDone.Reason, 800) },
        CallOutcome<T>.Unknown unknown => unknown with { Reason = Cut(unknown.Reason, 800) },
        _ => outcome,
    };

    private CallOutcome<T> Outcome<T>(Exception exception) => exception switch
    {
        ApiException answer => Outcome<T>(answer),
        MissingReferenceException missing => new CallOutcome<T>.Refused(missing.Message) { Missing = missing.Missing },
        TokenException token => new CallOutcome<T>.NotDone(token.Message, token.After),
        LimitReachedException limit => new CallOutcome<T>.NotDone(limit.Message, limit.After),
        BrokenCircuitException broken => new CallOutcome<T>.NotDone(
            $"{options.Vendor} failed too often just now and is left alone for a moment.", broken.RetryAfter),
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.UserAuthenticationError,
        } => new CallOutcome<T>.NotDone(Sentence(exception.Message)),
        TimeoutRejectedException or OperationCanceledException => new CallOutcome<T>.Unknown(
            string.Create(CultureInfo.InvariantCulture, $"{options.Vendor} gave no answer within {options.Timeout.TotalSeconds} s.")),
        ApiRequestException { InnerException: { } inner } => Outcome<T>(inner),
        _ => new CallOutcome<T>.Unknown(Sentence(exception.Message)),
    };

    private CallOutcome<T> Outcome<T>(ApiException answer)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"{options.Vendor} answered {(int)answer.StatusCode}")
            + (answer.Content is { Length: > 0 } content ? $": {Cut(content, 400)}" : ".");
        return answer.StatusCode switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.Gone or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.UnprocessableEntity => new CallOutcome<T>.Refused(said),
            HttpStatusCode.TooManyRequests => new CallOutcome<T>.NotDone(said, RetryAfter(answer)),
            HttpStatusCode.RequestTimeout => new CallOutcome<T>.Unknown(said),
            >= HttpStatusCode.InternalServerError => new CallOutcome<T>.Unknown(said),
            // A wrong token or address: no order's fault, so none is parked for it.
            >= HttpStatusCode.BadRequest => new CallOutcome<T>.NotDone(said),
            // Some answer a write that they did with "see other".
            >= HttpStatusCode.MultipleChoices => new CallOutcome<T>.Unknown(said),
            _ => new CallOutcome<T>.Unknown($"{options.Vendor} answered with something that can't be read: {answer.InnerException?.Message ?? answer.Message}"),
        };
    }

    // Masked before it is cut: half a token is a token that nobody knows as one.
    private string Cut(string text, int longest)
    {
        var clean = mask.Clean(text);
        return clean.Length > longest ? clean[..longest] + "…" : clean;
    }

    private TimeSpan? RetryAfter(ApiException answer) =>
        answer.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - time.GetUtcNow() : null;

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
