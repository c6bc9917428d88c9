using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using GraphQLParser;
using GraphQLParser.AST;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Shopify.Tests;

/// <summary>
/// A Shopify shop. It answers each query with the fields that the query names and no others, as GraphQL does; a field that it does not have is a
/// mistake of the stub's.
/// </summary>
public sealed partial class ShopifyStub : VendorStub
{
    public const string Token = "shpat_0123456789";
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<(string Operation, StubAnswer Answer)> _planned = [];

    public ShopifyStub()
    {
        On("POST /admin/api/{version}/graphql.json", Answer);
        On("POST /admin/oauth/access_token", request => request.Text.Contains("grant_type=client_credentials", StringComparison.Ordinal)
            ? StubAnswer.Json(new JsonObject { ["access_token"] = Token, ["scope"] = "read_orders", ["expires_in"] = 86399 })
            : StubAnswer.Json("""{"error":"invalid_request"}""", 400));
    }

    /// <summary>Points that are left in the bucket, as the next answer tells them.</summary>
    public double Available { get; set; } = 100_000;

    /// <summary>The next call of this operation (<c>HubOrders</c>) is answered with that, and nothing is done.</summary>
    public void Answer(string operation, StubAnswer answer) => _planned.Enqueue((operation, answer));

    /// <summary>Is it a call of this operation?</summary>
    public static bool Is(StubRequest request, string operation) =>
        request.Path.EndsWith("/graphql.json", StringComparison.Ordinal) && OperationOf(request) == operation;

    /// <summary>An error of the second layer, with HTTP 200.</summary>
    public static StubAnswer Error(string code, string message, JsonNode? data = null, double asked = 752, double left = 2) => StubAnswer.Json(new JsonObject
    {
        ["data"] = data,
        ["errors"] = new JsonArray(new JsonObject { ["message"] = message, ["extensions"] = new JsonObject { ["code"] = code } }),
        ["extensions"] = Cost(asked, left),
    });

    private StubAnswer Answer(StubRequest request)
    {
        var operation = OperationOf(request);
        lock (_lock)
        {
            if (_planned.TryPeek(out var planned) && planned.Operation == operation && _planned.TryDequeue(out _))
            {
                return planned.Answer;
            }

            if (request.Header("X-Shopify-Access-Token") != Token)
            {
                return StubAnswer.Json("""{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}""", 401);
            }

            var variables = request.Json["variables"]!.AsObject();
            var data = operation switch
            {
                "HubOrders" => Orders(variables),
                "HubBook" => Book(variables),
                "HubBookEntry" => new JsonObject { ["order"] = _orders.GetValueOrDefault($"{variables["id"]}")?.DeepClone() },
                "HubOrderLines" => OrderLines(variables),
                "HubFulfillments" => Fulfillments(variables),
                "HubFulfillmentLines" => FulfillmentLines(variables),
                "HubFulfill" => Fulfill(variables),
                "HubVariants" => Variants(variables),
                "HubStock" => Stock(variables),
                "HubSetStock" => SetStock(variables, Version(request)),
                "HubSetPrices" => SetPrices(variables),
                _ => throw new InvalidOperationException($"The stub knows no {operation}."),
            };
            var document = Parser.Parse((string)request.Json["query"]!);
            return StubAnswer.Json(new JsonObject
            {
                ["data"] = Project(data, document.Definitions.OfType<GraphQLOperationDefinition>().Single().SelectionSet),
                ["extensions"] = Cost(10, Available),
            });
        }
    }

    private static string OperationOf(StubRequest request)
    {
        var query = $"{request.Json["query"]}";
        return query[(query.IndexOf(' ', StringComparison.Ordinal) + 1)..query.IndexOf('(', StringComparison.Ordinal)];
    }

    private static string Version(StubRequest request) => request.Path.Split('/')[3];

    private static JsonObject Cost(double asked, double left) => new()
    {
        ["cost"] = new JsonObject
        {
            ["requestedQueryCost"] = asked,
            ["actualQueryCost"] = asked,
            ["throttleStatus"] = new JsonObject { ["maximumAvailable"] = 2000.0, ["currentlyAvailable"] = left, ["restoreRate"] = 100.0 },
        },
    };

    private static JsonNode? Project(JsonNode? node, GraphQLSelectionSet? set)
    {
        switch (node)
        {
            case JsonArray list:
                return new JsonArray([.. list.Select(item => Project(item, set))]);
            case JsonObject part:
                var projected = new JsonObject();
                foreach (var field in Fields(set!))
                {
                    var name = field.Name.StringValue;
                    projected[name] = part.TryGetPropertyValue(name, out var value)
                        ? Project(value, field.SelectionSet)
                        : throw new InvalidOperationException($"The stub has no {name} in {part.ToJsonString()}.");
                }

                return projected;
            default:
                return node?.DeepClone();
        }
    }

    private static IEnumerable<GraphQLField> Fields(GraphQLSelectionSet set) => set.Selections.SelectMany(selection => selection switch
    {
        GraphQLField field => [field],
        GraphQLInlineFragment fragment => Fields(fragment.SelectionSet),
        _ => throw new InvalidOperationException($"{selection}"),
    });

    private static JsonObject Page(List<JsonNode> all, JsonObject variables, Func<JsonNode, int, string> cursorOf)
    {
        var begin = (string?)variables["after"] is { } cursor ? all.TakeWhile((node, i) => string.CompareOrdinal(cursorOf(node, i), cursor) <= 0).Count() : 0;
        var page = all.Skip(begin).Take((int)variables["first"]!).ToList();
        var more = begin + page.Count < all.Count;
        return new JsonObject
        {
            ["pageInfo"] = new JsonObject
            {
                ["hasNextPage"] = more,
                ["endCursor"] = page.Count > 0 ? cursorOf(page[^1], begin + page.Count - 1) : null,
            },
            ["nodes"] = new JsonArray([.. page.Select(node => node.DeepClone())]),
        };
    }

    private static string Place(int i) => i.ToString("00000000", CultureInfo.InvariantCulture);
}
