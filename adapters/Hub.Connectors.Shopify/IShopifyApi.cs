using System.Text.Json;
using System.Text.Json.Nodes;
using Refit;

namespace Hub.Connectors.Shopify;

/// <summary>Shopify's Admin API as it speaks: one address for everything. What is asked stands in the body.</summary>
internal interface IShopifyApi
{
    /// <param name="cost">Points that it takes at most; not sent, see <see cref="ShopifyCost"/>.</param>
    [Post("/admin/api/{version}/graphql.json")]
    Task<ShopifyAnswer> AskAsync(string version, [Body] ShopifyRequest request, [Property(ShopifyCost.Property)] int cost, CancellationToken cancellationToken);
}

internal sealed record ShopifyRequest(string Query, JsonObject Variables);

/// <param name="Data">Undefined or null where nothing was done.</param>
/// <param name="Errors">A list of errors, or a text.</param>
internal sealed record ShopifyAnswer(JsonElement Data, JsonElement Errors, JsonElement Extensions);

/// <summary>A query or mutation with its variables.</summary>
/// <param name="Cost">Points that it takes at most, as Shopify's rules count.</param>
internal sealed record ShopifyQuery(string Text, JsonObject Variables, int Cost);
