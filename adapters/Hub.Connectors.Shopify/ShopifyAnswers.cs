using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Hub.Connectors.Shopify;

/// <summary>
/// Reads the second of Shopify's three layers of errors, <c>errors[]</c>, which comes with HTTP 200. The first, HTTP, is VendorCalls'; the third,
/// <c>userErrors[]</c>, is each use case's.
/// </summary>
internal static class ShopifyAnswers
{
    /// <summary>What stopped the query; null: nothing.</summary>
    public static CallOutcome<T>? Stop<T>(ShopifyAnswer? answer, ShopifyOptions options)
    {
        if (answer is null)
        {
            return new CallOutcome<T>.Unknown("Shopify answered with null.");
        }

        if (answer.Errors.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)
            && !(answer.Errors.ValueKind == JsonValueKind.Array && answer.Errors.GetArrayLength() == 0))
        {
            return Stop<T>(answer, Errors(answer.Errors), options);
        }

        return answer.Data.ValueKind == JsonValueKind.Object
            ? null
            : new CallOutcome<T>.Unknown("Shopify answered with neither data nor errors.");
    }

    /// <summary>What Shopify says of what it was told, the third layer, as a sentence; null: nothing.</summary>
    public static string? Words(ImmutableArray<ShopifyUserError> errors) =>
        errors.IsEmpty ? null : $"Shopify says: {string.Join(' ', errors.Select(error => error.Message ?? "an error without words"))}";

    private static CallOutcome<T> Stop<T>(ShopifyAnswer answer, ImmutableArray<(string Code, string Message)> errors, ShopifyOptions options)
    {
        var said = $"Shopify says: {string.Join(' ', errors.Select(error => error.Code.Length > 0 ? $"{error.Message} ({error.Code})" : error.Message))}";
        if (errors.Any(error => error.Code is "THROTTLED"))
        {
            return new CallOutcome<T>.NotDone(said, ShopifyCost.After(answer));
        }

        if (errors.Any(error => error.Code is "ACCESS_DENIED" or "SHOP_INACTIVE" or "MAX_COST_EXCEEDED"))
        {
            // Scopes, the shop, our page size: no order's fault, so none is parked for it.
            return new CallOutcome<T>.NotDone(said);
        }

        if (answer.Data.ValueKind == JsonValueKind.Object || errors.Any(error => error.Code is "" or "INTERNAL_SERVER_ERROR" or "TIMEOUT"))
        {
            // It had begun.
            return new CallOutcome<T>.Unknown(said);
        }

        // Refused before it began: a value that was told, or a version that knows the query no more.
        return errors.Any(error => error.Code is "INVALID_VARIABLE")
            ? new CallOutcome<T>.Refused(said)
            : new CallOutcome<T>.NotDone($"{said} Is ApiVersion {options.ApiVersion} one that the connector was made for?");
    }

    private static ImmutableArray<(string Code, string Message)> Errors(JsonElement errors) => errors.ValueKind == JsonValueKind.Array
        ? [.. errors.EnumerateArray().Select(error => (Text(Part(error, "extensions"), "code"), error.ValueKind == JsonValueKind.Object ? Text(error, "message") : $"{error}"))]
        : [("", $"{errors}")];

    private static JsonElement Part(JsonElement node, string name) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(name, out var part) ? part : default;

    private static string Text(JsonElement node, string name) => Part(node, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
}

/// <summary>What a mutation comes to.</summary>
internal interface IShopifyPayload
{
    /// <summary>The third layer of errors: empty where all was taken.</summary>
    ImmutableArray<ShopifyUserError> UserErrors { get; }
}

/// <param name="Field">The path in the input: <c>["input","quantities","3","quantity"]</c>.</param>
/// <param name="Code">Only some mutations have one.</param>
internal sealed record ShopifyUserError(ImmutableArray<string>? Field = null, string? Message = null, string? Code = null)
{
    /// <summary>The place in the list that it is about; null: none.</summary>
    public int? Place => Field is { IsDefault: false } path
        && path.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : -1).FirstOrDefault(place => place >= 0, -1) is >= 0 and var found
            ? found
            : null;
}
