using System.Text.Json;
using Hub.Connectors.Limits;

namespace Hub.Connectors.Shopify;

/// <summary>
/// Shopify's own limit: a bucket of points, from which each query takes what it costs. Every answer tells what is left in it.
/// </summary>
internal static class ShopifyCost
{
    /// <summary>Under this name a request carries its cost.</summary>
    public const string Property = "Shopify.Cost";

    /// <summary>The smallest bucket that Shopify has given, and the most that one query may cost.</summary>
    private const int Bucket = 1000;

    public static VendorLimit Limit(ShopifyOptions options) => new("Shopify's points")
    {
        PerSecond = options.PointsPerSecond,
        Burst = Bucket,
        Cost = request => ((IDictionary<string, object?>)request.Options).TryGetValue(Property, out var cost) && cost is int points ? points : 1,
        Read = Read,
    };

    /// <summary>How long until the bucket holds what was asked; null where the answer does not tell.</summary>
    public static TimeSpan? After(ShopifyAnswer answer) =>
        Find(answer.Extensions, "cost") is { } cost && Find(cost, "throttleStatus") is { } status
        && Number(cost, "requestedQueryCost") is { } asked && Number(status, "currentlyAvailable") is { } left && Number(status, "restoreRate") is > 0 and var rate
            ? TimeSpan.FromSeconds(Math.Clamp((asked - left) / rate, 1, 60))
            : null;

    private static LimitNews? Read(HttpResponseMessage answer)
    {
        try
        {
            using var body = new MemoryStream();
            answer.Content.CopyTo(body, null, CancellationToken.None);
            using var json = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            return Find(json.RootElement, "extensions") is { } extensions && Find(extensions, "cost") is { } cost && Find(cost, "throttleStatus") is { } status
                ? new LimitNews(Number(status, "currentlyAvailable"), Number(status, "restoreRate"))
                : null;
        }
        catch (JsonException)
        {
            // A page of a server on the way.
            return null;
        }
    }

    private static JsonElement? Find(JsonElement node, string name) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(name, out var found) ? found : null;

    private static double? Number(JsonElement node, string name) =>
        Find(node, name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
}
