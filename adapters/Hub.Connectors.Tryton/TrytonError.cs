using System.Text.Json;

namespace Hub.Connectors.Tryton;

/// <summary>Tryton's errors, which come with status 200: <c>["UserError", [message, description, …]]</c>, or of a crash <c>[message, trace]</c>.</summary>
internal static class TrytonError
{
    /// <exception cref="TrytonStopException">The answer is an error.</exception>
    public static JsonElement Result(JsonElement answer)
    {
        if (answer.TryGetProperty("result", out var result))
        {
            return result;
        }

        if (!answer.TryGetProperty("error", out var error) || error.ValueKind != JsonValueKind.Array || error.GetArrayLength() == 0)
        {
            throw new TrytonStopException(TrytonStop.Unknown, "Tryton answered with neither a result nor an error.");
        }

        var details = error.GetArrayLength() > 1 ? error[1] : default;
        throw error[0].ToString() switch
        {
            "UserError" => new TrytonStopException(TrytonStop.Refused, $"Tryton refused: {Words(details, 0)}"),
            "UserWarning" => new TrytonStopException(
                TrytonStop.Refused,
                $"Tryton asks: {Words(details, 1)} Answer it there once as the hub's user, with \"always ignore\", or mend what it warns of."),
            "ConcurrencyException" => new TrytonStopException(TrytonStop.NotDone, "Somebody else changed the record in Tryton at the same moment."),
            "LoginException" => new TrytonStopException(TrytonStop.NotDone, "Tryton asks the hub's user to log in again."),
            var crash => new TrytonStopException(TrytonStop.Unknown, $"Tryton failed: {Cut(crash)}"),
        };
    }

    private static string Words(JsonElement details, int from) => details.ValueKind == JsonValueKind.Array
        ? Cut(string.Join(' ', details.EnumerateArray().Skip(from).Take(2).Where(part => part.ValueKind == JsonValueKind.String)
            .Select(part => part.GetString()).Where(part => !string.IsNullOrWhiteSpace(part))))
        : Cut(details.ValueKind == JsonValueKind.Undefined ? "it did not say why." : details.ToString());

    private static string Cut(string text) => text.Length > 400 ? text[..400] + "…" : text;
}
