using System.Text.Json.Nodes;
using Hub.Connectors.Testing.Specs;

namespace Hub.Connectors.Tests.Specs;

/// <summary>Against Shopify's schema of 2025-01.</summary>
public sealed class GraphQLValidatorTests
{
    private const string Orders = """
        query($since: String!, $first: Int, $after: String) {
          orders(query: $since, first: $first, after: $after, sortKey: UPDATED_AT) {
            pageInfo { hasNextPage endCursor }
            nodes { id name totalPriceSet { shopMoney { amount currencyCode } } ...rest }
          }
        }
        fragment rest on Order { lineItems(first: 50) { nodes { sku quantity } } }
        """;

    private static readonly Lazy<GraphQLValidator> Shopify = new(() => GraphQLValidator.Open("shopify/admin_schema_2025-01.json.gz"));

    [Fact]
    public void Query_AsItShouldBe_HasNoProblems() =>
        Assert.Empty(Shopify.Value.Problems(Orders, new JsonObject { ["since"] = "updated_at:>2027-01-31", ["first"] = 50 }));

    [Theory]
    [InlineData("endCursor", "endCursors", "PageInfo has no field endCursors")]
    [InlineData("UPDATED_AT", "CHANGED_AT", "CHANGED_AT is no OrderSortKeys")]
    [InlineData("first: $first,", "top: $first,", "QueryRoot.orders has no argument top")]
    [InlineData("$first: Int,", "$first: String,", "$first is a String")]
    [InlineData("$after: String)", "$after: String, $more: Int)", "$more is not used")]
    [InlineData("after: $after", "after: $before", "$before is not declared")]
    [InlineData("{ shopMoney { amount currencyCode } }", "", "needs fields of MoneyBag")]
    [InlineData("sku quantity", "sku { a } quantity", "has no fields")]
    [InlineData("on Order {", "on Product {", "a Order is never a Product")]
    [InlineData("...rest", "...others", "there is no fragment others")]
    [InlineData("nodes { id", "nodes { id ", "")]
    [InlineData("query($since", "query($since: ", "no GraphQL")]
    public void Query_OneThingWrong_IsToldWhere(string right, string wrong, string problem)
    {
        var problems = Shopify.Value.Problems(Orders.Replace(right, wrong, StringComparison.Ordinal), new JsonObject { ["since"] = "x" });

        Assert.True(problem.Length == 0 ? problems.IsEmpty : problems.Any(told => told.Contains(problem, StringComparison.Ordinal)), string.Join("; ", problems));
    }

    [Theory]
    [InlineData("""{ "input": { "name": "available", "reason": "correction", "ignoreCompareQuantity": true, "quantities": [{ "inventoryItemId": "gid://1", "locationId": "gid://2", "quantity": 3 }] } }""", "")]
    [InlineData("""{ "input": { "reason": "correction", "quantities": [] } }""", "$input.name is missing")]
    [InlineData("""{ "input": { "name": "available", "reason": "correction", "quantities": [{ "inventoryItemId": "gid://1", "locationId": "gid://2", "quantity": "3" }] } }""", "\"3\" is no Int")]
    [InlineData("""{ "input": { "name": "available", "reason": "correction", "quantities": [{ "inventoryItem": "gid://1", "locationId": "gid://2", "quantity": 3 }] } }""", "has no field inventoryItem")]
    [InlineData("""{ "input": null }""", "$input is missing")]
    [InlineData("""{ "inputs": {} }""", "$inputs is given and not declared")]
    public void Variables_HeldAgainstTheirTypes_AreToldWhere(string variables, string problem)
    {
        var problems = Shopify.Value.Problems(
            "mutation($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) { userErrors { field message code } } }",
            JsonNode.Parse(variables)!.AsObject());

        Assert.True(problem.Length == 0 ? problems.IsEmpty : problems.Any(told => told.Contains(problem, StringComparison.Ordinal)), string.Join("; ", problems));
    }
}
