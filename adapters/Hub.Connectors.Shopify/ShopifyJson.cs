using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Connectors.Shopify;

/// <summary>How Shopify's JSON is read: what the schema says is there has to be there. Decimals are texts.</summary>
internal static class ShopifyJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>For what is sent and for the frame of answers, whose parts may be absent.</summary>
    public static JsonSerializerOptions Frame { get; } = new(JsonSerializerDefaults.Web);

    /// <exception cref="JsonException">It is not as the schema says.</exception>
    public static T Read<T>(JsonElement node)
        where T : class => node.Deserialize<T>(Options) ?? throw new JsonException("It is null.");

    public static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}

/// <summary>A part of a list that Shopify gives page by page.</summary>
internal sealed record ShopifyList<T>(ShopifyPageInfo PageInfo, ImmutableArray<T> Nodes)
{
    /// <summary>The entries of this page.</summary>
    /// <exception cref="JsonException">There are none where there have to be.</exception>
    public ImmutableArray<T> All => Nodes.IsDefault || Nodes.Contains(default!) ? throw new JsonException("An entry of a list is null.") : Nodes;

    /// <summary>Where the next page begins; null: this was the last.</summary>
    /// <exception cref="JsonException">There is one, and it is not said where.</exception>
    public string? Next => !PageInfo.HasNextPage ? null : PageInfo.EndCursor is { Length: > 0 } cursor ? cursor : throw new JsonException("There is a next page, and no cursor.");
}

internal sealed record ShopifyPageInfo(bool HasNextPage, string? EndCursor);

/// <param name="ShopMoney">In the shop's own currency; the buyer may have paid in another.</param>
internal sealed record ShopifyMoneyBag(ShopifyMoney ShopMoney);

internal sealed record ShopifyMoney(decimal Amount, string CurrencyCode)
{
    public Commerce.Money ToMoney() => new(Amount, CurrencyCode);
}

internal sealed record ShopifyNode(string Id);

/// <summary>Shopify's ids: <c>gid://shopify/Order/450789469</c>.</summary>
internal static class ShopifyId
{
    private const string Prefix = "gid://shopify/";

    /// <summary>The whole id; one that is whole already stays.</summary>
    public static string Of(string kind, string id) => id.StartsWith(Prefix, StringComparison.Ordinal) ? id : $"{Prefix}{kind}/{id}";

    /// <summary>The number in it, as the shop's own pages show it.</summary>
    /// <exception cref="FormatException">It is no id of that kind.</exception>
    public static string NumberOf(string kind, string id) =>
        id.StartsWith($"{Prefix}{kind}/", StringComparison.Ordinal) && id[(Prefix.Length + kind.Length + 1)..] is { Length: > 0 } number
            && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? number
            : throw new FormatException($"'{id}' is no id of a {kind}.");
}
