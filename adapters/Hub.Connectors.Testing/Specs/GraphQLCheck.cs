using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GraphQLParser.AST;

namespace Hub.Connectors.Testing.Specs;

/// <summary>One document held against a schema.</summary>
internal sealed class GraphQLCheck(GraphQLSchema schema, GraphQLDocument document)
{
    private readonly Dictionary<string, GraphQLVariableDefinition> _variables = [];
    private readonly HashSet<string> _used = [];

    public List<string> Problems { get; } = [];

    public void Check(JsonObject variables)
    {
        foreach (var operation in document.Definitions.OfType<GraphQLOperationDefinition>())
        {
            foreach (var variable in operation.Variables?.Items ?? [])
            {
                _variables[variable.Variable.Name.StringValue] = variable;
            }

            Select(operation.SelectionSet, schema.Roots[operation.Operation.ToString()]!);
        }

        foreach (var (name, variable) in _variables)
        {
            if (!_used.Contains(name))
            {
                Problems.Add($"${name} is not used");
            }

            Value(WriteType(variable.Type), variables[name], $"${name}", variable.DefaultValue is not null || variables.ContainsKey(name));
        }

        Problems.AddRange(variables.Where(given => !_variables.ContainsKey(given.Key)).Select(given => $"${given.Key} is given and not declared"));
    }

    private void Select(GraphQLSelectionSet set, string type)
    {
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case GraphQLField field:
                    Field(field, type);
                    break;
                case GraphQLInlineFragment fragment:
                    Fragment(fragment.SelectionSet, fragment.TypeCondition?.Type.Name.StringValue ?? type, type);
                    break;
                case GraphQLFragmentSpread spread:
                    var named = document.Definitions.OfType<GraphQLFragmentDefinition>()
                        .FirstOrDefault(definition => definition.FragmentName.Name.Value == spread.FragmentName.Name.Value);
                    if (named is null)
                    {
                        Problems.Add($"there is no fragment {spread.FragmentName.Name.StringValue}");
                    }
                    else
                    {
                        Fragment(named.SelectionSet, named.TypeCondition.Type.Name.StringValue, type);
                    }

                    break;
            }
        }
    }

    private void Fragment(GraphQLSelectionSet set, string on, string type)
    {
        if (schema.Type(on) is null || !schema.Overlap(on, type))
        {
            Problems.Add($"a {type} is never a {on}");
            return;
        }

        Select(set, on);
    }

    private void Field(GraphQLField field, string type)
    {
        var name = field.Name.StringValue;
        if (name == "__typename")
        {
            return;
        }

        if (schema.Field(type, name) is not { } known)
        {
            Problems.Add($"{type} has no field {name}");
            return;
        }

        Arguments(field, known, $"{type}.{name}");
        var result = GraphQLSchema.Named(known["type"]!);
        var whole = (string)schema.Type(result)!["kind"]! is "OBJECT" or "INTERFACE" or "UNION";
        if (field.SelectionSet is null == whole)
        {
            Problems.Add(whole ? $"{type}.{name} needs fields of {result}" : $"{type}.{name} is a {result} and has no fields");
        }
        else if (whole)
        {
            Select(field.SelectionSet!, result);
        }
    }

    private void Arguments(GraphQLField field, JsonObject known, string at)
    {
        var given = field.Arguments?.Items.ToDictionary(argument => argument.Name.StringValue, argument => argument.Value) ?? [];
        foreach (var argument in known["args"]!.AsArray().Select(argument => argument!.AsObject()))
        {
            if (given.Remove((string)argument["name"]!, out var value))
            {
                Literal(GraphQLSchema.Write(argument["type"]!), value, $"{at}({argument["name"]})");
            }
            else if (GraphQLSchema.IsRequired(argument))
            {
                Problems.Add($"{at} needs the argument {argument["name"]}");
            }
        }

        Problems.AddRange(given.Keys.Select(name => $"{at} has no argument {name}"));
    }

    /// <summary>A value that stands in the document; variables in it are held against the type of their place.</summary>
    private void Literal(string type, GraphQLValue value, string at)
    {
        if (value is GraphQLVariable variable)
        {
            var name = variable.Name.StringValue;
            _used.Add(name);
            if (!_variables.TryGetValue(name, out var declared))
            {
                Problems.Add($"${name} is not declared");
            }
            else if (!Fits(WriteType(declared.Type), type) && !(declared.DefaultValue is not null && Fits(WriteType(declared.Type) + "!", type)))
            {
                Problems.Add($"${name} is a {WriteType(declared.Type)}, and {at} takes a {type}");
            }

            return;
        }

        switch (value)
        {
            case GraphQLListValue list when Inner(type) is { } item:
                (list.Values ?? []).ForEach(one => Literal(item, one, at));
                break;
            case GraphQLObjectValue part:
                foreach (var field in part.Fields ?? [])
                {
                    if (schema.InputField(type.TrimEnd('!'), field.Name.StringValue) is { } known)
                    {
                        Literal(GraphQLSchema.Write(known["type"]!), field.Value, $"{at}.{field.Name.StringValue}");
                    }
                    else
                    {
                        Problems.Add($"{at}: {type} has no field {field.Name.StringValue}");
                    }
                }

                break;
            default:
                Value(type, Plain(value), at, given: true);
                break;
        }
    }

    /// <summary>A value that goes along as JSON.</summary>
    private void Value(string type, JsonNode? value, string at, bool given)
    {
        if (value is null)
        {
            if (type.EndsWith('!') && (!given || value is null) && !(given && _variables.GetValueOrDefault(at.TrimStart('$'))?.DefaultValue is not null))
            {
                Problems.Add($"{at} is missing, and is a {type}");
            }

            return;
        }

        if (Inner(type) is { } item)
        {
            var list = value as JsonArray ?? [value.DeepClone()];
            for (var i = 0; i < list.Count; i++)
            {
                Value(item, list[i], $"{at}[{i}]", given: true);
            }

            return;
        }

        var name = type.TrimEnd('!');
        var known = schema.Type(name);
        switch ((string?)known?["kind"])
        {
            case null:
                Problems.Add($"{at}: there is no type {name}");
                break;
            case "INPUT_OBJECT":
                Input(name, known!, value, at);
                break;
            case "ENUM" when GraphQLSchema.Find(known!["enumValues"], value.ToString()) is null:
                Problems.Add($"{at}: {value} is no {name}");
                break;
            case "SCALAR" when !Scalar(name, value):
                Problems.Add($"{at}: {value.ToJsonString()} is no {name}");
                break;
        }
    }

    private void Input(string name, JsonObject known, JsonNode value, string at)
    {
        if (value is not JsonObject part)
        {
            Problems.Add($"{at} is no {name}");
            return;
        }

        foreach (var field in known["inputFields"]!.AsArray().Select(field => field!.AsObject()))
        {
            var fieldName = (string)field["name"]!;
            if (part.ContainsKey(fieldName) || GraphQLSchema.IsRequired(field))
            {
                Value(GraphQLSchema.Write(field["type"]!), part[fieldName], $"{at}.{fieldName}", given: true);
            }
        }

        Problems.AddRange(part.Where(field => schema.InputField(name, field.Key) is null).Select(field => $"{at}: {name} has no field {field.Key}"));
    }

    private static bool Scalar(string name, JsonNode value)
    {
        var kind = value.GetValueKind();
        return name switch
        {
            "Int" => kind == JsonValueKind.Number && int.TryParse(value.ToJsonString(), out _),
            "Float" => kind == JsonValueKind.Number,
            "Boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "ID" => kind is JsonValueKind.String or JsonValueKind.Number,
            "JSON" => true,
            "Decimal" => kind is JsonValueKind.String or JsonValueKind.Number,
            _ => kind == JsonValueKind.String,
        };
    }

    /// <summary>May a variable of the one type stand where the other is taken?</summary>
    private static bool Fits(string variable, string place) =>
        variable == place || (variable.EndsWith('!') && Fits(variable[..^1], place)) || (Inner(variable) is { } item && Inner(place) is { } taken
            && (!place.EndsWith('!') || variable.EndsWith('!')) && Fits(item, taken));

    private static string? Inner(string type) => type.TrimEnd('!') is ['[', .. var item, ']'] ? item : null;

    private static string WriteType(GraphQLType type) => type switch
    {
        GraphQLNonNullType required => WriteType(required.Type) + "!",
        GraphQLListType list => $"[{WriteType(list.Type)}]",
        GraphQLNamedType named => named.Name.StringValue,
        _ => throw new InvalidOperationException($"{type}"),
    };

    private static JsonValue? Plain(GraphQLValue value) => value switch
    {
        GraphQLNullValue => null,
        GraphQLTrueBooleanValue => JsonValue.Create(true),
        GraphQLFalseBooleanValue => JsonValue.Create(false),
        GraphQLIntValue number => JsonValue.Create(decimal.Parse(number.Value.ToString(), CultureInfo.InvariantCulture)),
        GraphQLFloatValue number => JsonValue.Create(decimal.Parse(number.Value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture)),
        GraphQLEnumValue name => JsonValue.Create(name.Name.StringValue),
        IHasValueNode text => JsonValue.Create(text.Value.ToString()),
        _ => JsonValue.Create(value.ToString()),
    };
}
