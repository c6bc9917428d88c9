using System.Net;
using System.Text.Json;
using Hub.Commerce;
using Refit;

namespace Hub.Connectors.HubSpot;

/// <summary>Reads HubSpot's errors; they say the person's address, which lists and logs need not know.</summary>
internal static class HubSpotAnswers
{
    /// <summary>What the failed call came to; null where the status alone has to do.</summary>
    public static CallOutcome<Contact>? Read(ApiException answer, Contact contact) =>
        answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
        && Error(answer) is { } error
            ? answer.StatusCode == HttpStatusCode.BadRequest ? ToOutcome(error, contact) : new CallOutcome<Contact>.NotDone(Sentence(error, contact))
            : null;

    /// <summary>What an error within a batch comes to.</summary>
    public static CallOutcome<Contact> ToOutcome(HubSpotError error, Contact contact) => error.Category is "RATE_LIMITS" or "CONFLICT" or "MISSING_SCOPES"
        // Two at a time made the same contact, or there were too many calls: again.
        ? new CallOutcome<Contact>.NotDone(Sentence(error, contact))
        : new CallOutcome<Contact>.Refused(Sentence(error, contact));

    private static HubSpotError? Error(ApiException answer)
    {
        try
        {
            return answer.Content is { Length: > 0 } content ? JsonSerializer.Deserialize<HubSpotError>(content, JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Sentence(HubSpotError error, Contact contact) =>
        $"HubSpot says ({error.Category ?? "no category"}): {(error.Message ?? "nothing more").Replace(contact.Email, "the address", StringComparison.OrdinalIgnoreCase)}.";
}
