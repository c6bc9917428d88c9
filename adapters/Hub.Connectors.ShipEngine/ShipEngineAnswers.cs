using System.Net;
using System.Text.Json;
using Refit;

namespace Hub.Connectors.ShipEngine;

/// <summary>Reads ShipEngine's errors: <c>error_source</c> tells whose they are, <c>error_type</c> whether a person has to look at this order.</summary>
internal static class ShipEngineAnswers
{
    /// <summary>What the failed call came to, by its body; null where the body is none of ShipEngine's and the status alone has to do.</summary>
    public static CallOutcome<T>? Read<T>(ApiException answer)
    {
        if (answer.StatusCode is < HttpStatusCode.BadRequest or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
                or >= HttpStatusCode.InternalServerError
            || Errors(answer) is not { } errors)
        {
            return null;
        }

        var said = Sentence(answer.StatusCode, errors);
        if (errors.Errors.Any(error => error.ErrorType is "account_status" or "security" || error.ErrorCode is "rate_limit_exceeded"))
        {
            // Funds, terms, a key: no order's fault, so none is parked for it.
            return new CallOutcome<T>.NotDone(said);
        }

        if (errors.Errors.Any(error => error is { ErrorSource: not "shipengine", ErrorType: "system" }))
        {
            // The carrier broke off behind ShipEngine: it may have made the label.
            return new CallOutcome<T>.Unknown(said);
        }

        return answer.StatusCode == HttpStatusCode.NotFound ? new CallOutcome<T>.NotDone(said) : new CallOutcome<T>.Refused(said);
    }

    /// <summary>ShipEngine itself says that there is none; a 404 of a server on the way says nothing.</summary>
    public static bool SaysNotFound(ApiException answer) => answer.StatusCode == HttpStatusCode.NotFound && Errors(answer) is not null;

    /// <summary>The external_shipment_id is taken already.</summary>
    public static bool SaysTaken(ApiException answer) =>
        answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Conflict
        && Errors(answer)?.Errors.Any(error => error.ErrorCode is "identifier_conflict"
            || (error.ErrorCode is "field_conflict" && error.FieldName?.EndsWith("external_shipment_id", StringComparison.Ordinal) == true)) == true;

    private static ShipEngineErrors? Errors(ApiException answer)
    {
        try
        {
            return answer.Content is { Length: > 0 } content
                && JsonSerializer.Deserialize<ShipEngineErrors>(content, ShipEngineJson.Options) is { Errors.IsDefaultOrEmpty: false } errors
                && !errors.Errors.Contains(null!)
                ? errors
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Sentence(HttpStatusCode status, ShipEngineErrors errors)
    {
        var told = string.Join(' ', errors.Errors.Select(error =>
            $"{(error.ErrorSource is "carrier" ? "The carrier says: " : "")}{error.Message ?? error.ErrorCode} ({error.ErrorCode ?? "no code"}{(error.FieldName is { } field ? $", {field}" : "")})."));
        return $"ShipEngine answered {(int)status}{(errors.RequestId is { } request ? $" (its support finds the call by {request})" : "")}: {told}";
    }
}
