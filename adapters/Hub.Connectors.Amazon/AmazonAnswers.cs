using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Refit;

namespace Hub.Connectors.Amazon;

/// <summary>Reads Amazon's errors: <c>{"errors":[{"code","message","details"}]}</c>.</summary>
internal static class AmazonAnswers
{
    /// <summary>What the failed call came to; null where the body is none of Amazon's and the status alone has to do.</summary>
    public static CallOutcome<T>? Read<T>(ApiException answer)
    {
        if (answer.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
            || Errors(answer.Content) is not { } errors)
        {
            return null;
        }

        var told = string.Join(' ', errors.Select(error => $"{error.Message ?? "No message"}{(error.Details is { Length: > 0 } details ? $" {details}" : "")} ({error.Code ?? "no code"})."));
        var trace = answer.Headers.TryGetValues("x-amzn-RequestId", out var ids) ? $" (its support finds the call by {ids.First()})" : "";
        var said = $"Amazon answered {(int)answer.StatusCode}{trace}: {told}";
        return answer.StatusCode switch
        {
            HttpStatusCode.BadRequest => new CallOutcome<T>.Refused(said),
            HttpStatusCode.Forbidden => new CallOutcome<T>.NotDone($"{said} Look in Seller Central whether the app is still authorised and has the roles that docs/connectors/amazon.md names."),
            _ => new CallOutcome<T>.NotDone(said),
        };
    }

    /// <summary>The errors in a body, or null where it is none of Amazon's.</summary>
    public static ImmutableArray<AmazonError>? Errors(string? body)
    {
        try
        {
            return body is { Length: > 0 } && JsonSerializer.Deserialize<AmazonErrors>(body, AmazonJson.Options) is { Errors: { IsDefaultOrEmpty: false } errors }
                && !errors.Contains(null!)
                ? errors
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record AmazonErrors(ImmutableArray<AmazonError> Errors);

internal sealed record AmazonError(string? Code = null, string? Message = null, string? Details = null);
