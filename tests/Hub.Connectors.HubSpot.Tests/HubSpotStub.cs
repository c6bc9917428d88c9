using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.HubSpot.Tests;

/// <summary>HubSpot's contacts, as its reference pages show the answers: there is no description of HubSpot's to hold them against.</summary>
public sealed class HubSpotStub : VendorStub
{
    private readonly ConcurrentDictionary<string, JsonObject> _contacts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, StubAnswer> _answers = new();
    private int _ids;

    public HubSpotStub()
    {
        Teach("POST /crm/objects/2026-03/contacts/batch/upsert", request => Upsert(request.Json["inputs"]!.AsArray()));
        Teach("POST /crm/v3/objects/contacts/batch/read", request => Read(request.Json["inputs"]!.AsArray()));
        Teach("POST /crm/v3/objects/contacts/gdpr-delete", request => Erase(request.Json));
    }

    /// <summary>Contacts by address, with their properties.</summary>
    public IReadOnlyDictionary<string, JsonObject> Contacts => _contacts;

    /// <summary>Addresses that can never become contacts again.</summary>
    public ConcurrentBag<string> Blocked { get; } = [];

    /// <summary>From now on these calls are answered with that, and nothing is done.</summary>
    public void Answer(string operation, StubAnswer answer) => _answers[operation] = answer;

    public static StubAnswer Error(int status, string category, string message) => StubAnswer.Json(
        new JsonObject { ["status"] = "error", ["message"] = message, ["correlationId"] = "aeb5f871-7f07-4993-9211-075dc63e7cbf", ["category"] = category }, status);

    private void Teach(string operation, Func<StubRequest, StubAnswer> answer) => On(operation, request =>
        request.Header("Authorization") != "Bearer pat-eu1-secret" ? Error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        : _answers.TryGetValue(operation, out var given) ? given : answer(request));

    private StubAnswer Upsert(JsonArray inputs)
    {
        var (results, errors) = (new JsonArray(), new JsonArray());
        foreach (var input in inputs)
        {
            var email = $"{input!["id"]}";
            if ($"{input["idProperty"]}" != "email" || !email.Contains('@', StringComparison.Ordinal) || Blocked.Contains(email))
            {
                errors.Add(Problem("VALIDATION_ERROR", $"Email address {email} is invalid"));
                continue;
            }

            var contact = _contacts.GetOrAdd(email, _ => new JsonObject
            {
                ["id"] = Interlocked.Increment(ref _ids).ToString(CultureInfo.InvariantCulture),
                ["properties"] = new JsonObject(),
                ["archived"] = false,
            });
            foreach (var (name, value) in input["properties"]!.AsObject())
            {
                contact["properties"]![name] = value?.DeepClone();
            }

            results.Add(contact.DeepClone());
        }

        return Batch(results, errors);
    }

    private StubAnswer Read(JsonArray inputs)
    {
        var (results, errors) = (new JsonArray(), new JsonArray());
        foreach (var email in inputs.Select(input => $"{input!["id"]}"))
        {
            if (_contacts.TryGetValue(email, out var contact))
            {
                results.Add(contact.DeepClone());
            }
            else
            {
                errors.Add(Problem("OBJECT_NOT_FOUND", "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid."));
            }
        }

        return Batch(results, errors);
    }

    private StubAnswer Erase(JsonNode body)
    {
        var found = _contacts.FirstOrDefault(contact => $"{contact.Value["id"]}" == $"{body["objectId"]}").Key;
        if (found is null)
        {
            Blocked.Add($"{body["objectId"]}");
        }
        else
        {
            _contacts.TryRemove(found, out _);
        }

        return StubAnswer.Nothing();
    }

    private static JsonObject Problem(string category, string message) => new() { ["status"] = "error", ["category"] = category, ["message"] = message };

    private static StubAnswer Batch(JsonArray results, JsonArray errors)
    {
        var answer = new JsonObject { ["status"] = "COMPLETE", ["results"] = results, ["startedAt"] = "2027-01-31T06:00:00Z", ["completedAt"] = "2027-01-31T06:00:01Z" };
        if (errors.Count > 0)
        {
            (answer["numErrors"], answer["errors"]) = (errors.Count, errors);
        }

        return StubAnswer.Json(answer, errors.Count > 0 ? 207 : 200);
    }
}
