using System.Net;
using System.Text.Json;
using Refit;

namespace Hub.Connectors.Ups;

/// <summary>Reads UPS's errors: <c>{"response":{"errors":[{"code","message"}]}}</c>.</summary>
internal static class UpsAnswers
{
    /// <summary>"The shipment for the requested tracking number or the combination of reference number plus shipper number could not be found."</summary>
    private const string NoSuchShipment = "9801031";

    /// <summary>What the failed call came to; null where the body is none of UPS's and the status alone has to do.</summary>
    public static CallOutcome<T>? Read<T>(ApiException answer)
    {
        if (answer.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
            || Errors(answer) is not { } errors)
        {
            return null;
        }

        var said = Sentence(answer, errors);
        return answer.StatusCode == HttpStatusCode.BadRequest ? new CallOutcome<T>.Refused(said) : new CallOutcome<T>.NotDone(said);
    }

    /// <summary>UPS itself says that no shipment has that reference.</summary>
    public static bool SaysNotFound(ApiException answer) => Errors(answer)?.Errors.Any(error => error.Code == NoSuchShipment) == true;

    /// <summary>A void of what is voided. UPS publishes no list of codes that could be relied on; its sentence says so.</summary>
    public static bool SaysVoided(ApiException answer) => answer.StatusCode == HttpStatusCode.BadRequest
        && Errors(answer)?.Errors.Any(error => error.Message is { } message
            && message.Contains("already", StringComparison.OrdinalIgnoreCase) && message.Contains("void", StringComparison.OrdinalIgnoreCase)) == true;

    private static UpsErrors? Errors(ApiException answer)
    {
        try
        {
            return answer.Content is { Length: > 0 } content
                && JsonSerializer.Deserialize<UpsErrorAnswer>(content, UpsJson.Options) is { Response.Errors: [_, ..] } read
                ? read.Response
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Sentence(ApiException answer, UpsErrors errors)
    {
        var told = string.Join(' ', errors.Errors.Select(error => $"{error.Message ?? "No message"} ({error.Code ?? "no code"})."));
        var trace = answer.RequestMessage.Headers.TryGetValues("transId", out var ids) ? $" (its support finds the call by {ids.First()})" : "";
        return $"UPS answered {(int)answer.StatusCode}{trace}: {told}";
    }
}
