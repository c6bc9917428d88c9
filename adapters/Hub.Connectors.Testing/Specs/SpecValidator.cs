using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Specs;

/// <summary>
/// Holds what a connector sent against its vendor's own description (OpenAPI 3.0 or 3.1, Swagger 2): path, method, query, headers and the body's schema.
/// </summary>
public sealed class SpecValidator
{
    private readonly JsonNode _root;
    private readonly string _prefix;

    private SpecValidator(JsonNode root, string prefix) => (_root, _prefix) = (root, prefix);

    /// <summary>
    /// The description of that name below the folder that <c>HUB_SPECS</c> names. The test is skipped, and says so, where the folder is not there.
    /// </summary>
    /// <param name="file">For example <c>shipengine/openapi.yaml</c>.</param>
    /// <param name="prefix">What stands before the description's paths in the address: <c>/api.xro/2.0</c>.</param>
    public static SpecValidator Open(string file, string prefix = "")
    {
        var path = SpecFolder.Find(file);
        return new SpecValidator(SpecDocument.Read(path), prefix);
    }

    /// <summary>What is wrong with the request, each as a sentence that says where.</summary>
    public ImmutableArray<string> Problems(StubRequest request)
    {
        var path = request.Path.StartsWith(_prefix, StringComparison.Ordinal) ? request.Path[_prefix.Length..] : request.Path;
        // A path without {…} goes before one that has it.
        var found = (_root["paths"] as JsonObject ?? []).Where(known => PathOf(known.Key).IsMatch(path)).OrderBy(known => known.Key.Count(c => c == '{')).FirstOrDefault();
        if (found.Value is null)
        {
            return [$"{request}: the vendor has no such path"];
        }

        if (SpecDocument.Follow(_root, found.Value)?[request.Method.ToLowerInvariant()] is not JsonObject operation)
        {
            return [$"{request}: the vendor has no {request.Method} there"];
        }

        var parameters = (operation["parameters"] as JsonArray ?? []).Concat(found.Value["parameters"] as JsonArray ?? [])
            .Select(parameter => (JsonObject)SpecDocument.Follow(_root, parameter)!).ToList();
        var check = new SchemaCheck(_root);
        var problems = new List<string>();
        Parameters(request, path, found.Key, parameters, check, problems);
        Body(request, operation, parameters, check, problems);
        return [.. problems.Concat(check.Errors).Select(problem => $"{request}: {problem}")];
    }

    /// <summary>Fails unless there are requests and all of them are as the vendor describes them.</summary>
    public void AssertValid(IEnumerable<StubRequest> requests)
    {
        var all = requests.ToList();
        Assert.NotEmpty(all);
        Assert.Empty(all.SelectMany(request => Problems(request)));
    }

    private static void Parameters(
        StubRequest request, string path, string template, List<JsonObject> parameters, SchemaCheck check, List<string> problems)
    {
        var query = request.Query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .ToLookup(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair.ElementAtOrDefault(1)?.Replace('+', ' ') ?? ""));
        var values = PathOf(template).Match(path).Groups.Cast<Group>().Skip(1).Select(group => Uri.UnescapeDataString(group.Value));
        var inPath = Regex.Matches(template, @"\{([^}]+)\}").Select(name => name.Groups[1].Value).Zip(values).ToDictionary();
        foreach (var parameter in parameters)
        {
            var name = $"{parameter["name"]}";
            var given = $"{parameter["in"]}" switch
            {
                "query" => query[name].FirstOrDefault(),
                "header" => request.Headers.GetValueOrDefault(name),
                "path" => inPath.GetValueOrDefault(name),
                _ => null,
            };
            if (given is not null)
            {
                check.CheckText(parameter["schema"] ?? parameter, given, $"{parameter["in"]} {name}");
            }
            else if (parameter["required"]?.GetValueKind() == JsonValueKind.True && $"{parameter["in"]}" is "query" or "header")
            {
                problems.Add($"the {parameter["in"]} parameter {name} is missing");
            }
        }

        var known = parameters.Where(parameter => $"{parameter["in"]}" == "query").Select(parameter => $"{parameter["name"]}").ToHashSet();
        problems.AddRange(query.Where(pair => !known.Contains(pair.Key)).Select(pair => $"the vendor knows no query parameter {pair.Key}"));
    }

    private void Body(StubRequest request, JsonObject operation, List<JsonObject> parameters, SchemaCheck check, List<string> problems)
    {
        var swagger = parameters.Find(parameter => $"{parameter["in"]}" == "body");
        var described = SpecDocument.Follow(_root, operation["requestBody"]) as JsonObject ?? swagger;
        if (request.Body.IsEmpty)
        {
            if (described?["required"]?.GetValueKind() == JsonValueKind.True)
            {
                problems.Add("the body is missing");
            }

            return;
        }

        var type = request.Header("Content-Type").Split(';')[0].Trim();
        var schema = swagger?["schema"] ?? (described?["content"] as JsonObject)?
            .FirstOrDefault(content => content.Key.Split(';')[0].Trim().Equals(type, StringComparison.OrdinalIgnoreCase)).Value?["schema"];
        if (schema is null)
        {
            problems.Add(described is null ? "the vendor takes no body there" : $"the vendor takes no {type} there");
        }
        else if (type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            check.Check(schema, request.Json, "body");
        }
        else if (type == "application/x-www-form-urlencoded")
        {
            check.Check(schema, new JsonObject(request.Text.Split('&').Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(
                Uri.UnescapeDataString(pair[0]), (JsonNode?)JsonValue.Create(Uri.UnescapeDataString(pair[1].Replace('+', ' ')))))), "form");
        }
    }

    private static Regex PathOf(string template) => new(
        string.Create(CultureInfo.InvariantCulture, $"^{Regex.Replace(Regex.Escape(template), @"\\\{[^}]*\}", "([^/]+)")}$"), RegexOptions.CultureInvariant);
}
