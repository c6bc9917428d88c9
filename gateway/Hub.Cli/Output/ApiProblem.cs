using System.Text.Json;
using Refit;

namespace Hub.Cli.Output;

/// <summary>A refusal of the API (RFC 9457) as a line for people: title — detail.</summary>
internal static class ApiProblem
{
    public static string Words(ApiException refusal)
    {
        if (!string.IsNullOrWhiteSpace(refusal.Content) && Words(refusal.Content) is { } words)
        {
            return words;
        }

        var status = (int)refusal.StatusCode;
        return status switch
        {
            401 => "control does not know this token. To do: give one with --token or HUB_TOKEN; 'hub token create' makes them.",
            403 => "this token's role does not allow that. To do: use a token of the role operator or admin.",
            _ => $"{refusal.RequestMessage.Method} {refusal.Uri} was answered with {status} and no explanation.",
        };
    }

    public static string? Words(string content)
    {
        if (content.AsSpan().TrimStart() is not ['{', ..])
        {
            return null;
        }

        using var problem = JsonDocument.Parse(content);
        var title = Text(problem.RootElement, "title");
        var detail = Text(problem.RootElement, "detail");
        return (title, detail) switch
        {
            (null, null) => null,
            (_, null) => title,
            (null, _) => detail,
            _ => $"{title.TrimEnd('.')} — {detail}",
        };
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
