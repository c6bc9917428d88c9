using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GraphQLParser;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Specs;

/// <summary>
/// Holds a connector's GraphQL calls against the vendor's schema: fields, arguments, fragments, variables and what is in them.
/// </summary>
public sealed class GraphQLValidator
{
    private readonly GraphQLSchema _schema;

    private GraphQLValidator(GraphQLSchema schema) => _schema = schema;

    /// <summary>The schema of that name below the folder that <c>HUB_SPECS</c> names, as introspection gives it. Skipped, aloud, where it is not there.</summary>
    /// <param name="file">For example <c>shopify/admin_schema_2025-01.json.gz</c>.</param>
    public static GraphQLValidator Open(string file) => new(GraphQLSchema.Read(SpecFolder.Find(file)));

    /// <summary>What is wrong with the call, each as a sentence.</summary>
    public ImmutableArray<string> Problems(StubRequest request) =>
        Problems((string?)request.Json["query"] ?? "", request.Json["variables"] as JsonObject);

    /// <summary>What is wrong with a document and the variables that go with it.</summary>
    public ImmutableArray<string> Problems(string query, JsonObject? variables)
    {
        try
        {
            var check = new GraphQLCheck(_schema, Parser.Parse(query));
            check.Check(variables ?? []);
            return [.. check.Problems];
        }
        catch (GraphQLParser.Exceptions.GraphQLParserException e)
        {
            return [$"It is no GraphQL: {e.Message}"];
        }
    }

    /// <summary>Fails unless there are calls and all of them are as the schema says.</summary>
    public void AssertValid(IEnumerable<StubRequest> requests)
    {
        var all = requests.ToList();
        Assert.NotEmpty(all);
        Assert.Empty(all.SelectMany(request => Problems(request)));
    }
}
