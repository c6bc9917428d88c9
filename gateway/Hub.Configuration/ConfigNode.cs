using System.Text;
using System.Text.Json;

namespace Hub.Configuration;

/// <summary>
/// A value of the config file together with the line it stands on, so that a problem can be told where it is.
/// </summary>
/// <remarks>
/// System.Text.Json's own tree forgets positions; this one is read with its reader and keeps them.
/// Property names are matched without regard to case, as everywhere in .NET configuration.
/// </remarks>
public sealed class ConfigNode
{
    private ConfigNode(string path, int line, JsonValueKind kind, string? text, List<(string Name, ConfigNode Node)> children)
    {
        Path = path;
        Line = line;
        Kind = kind;
        Text = text;
        Children = children;
    }

    /// <summary>Where the value stands, for people: <c>Hub.Groups.catalog.Share</c>, <c>Hub.Routes[2]</c>.</summary>
    public string Path { get; }

    /// <summary>The line of the file, from 1.</summary>
    public int Line { get; }

    public JsonValueKind Kind { get; }

    /// <summary>The text of a string, number or boolean; null otherwise.</summary>
    public string? Text { get; }

    /// <summary>Properties of an object in the order of the file; items of an array, named by their index.</summary>
    public IReadOnlyList<(string Name, ConfigNode Node)> Children { get; }

    /// <summary>The property of that name, or null.</summary>
    public ConfigNode? this[string name] =>
        Children.FirstOrDefault(child => child.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Node;

    /// <summary>
    /// The node at a path below this one (<c>Groups.catalog.Routes.home.Reads[1]</c>), or the nearest one above it that exists.
    /// Names that have dots themselves are found too.
    /// </summary>
    public ConfigNode Nearest(string path)
    {
        var node = this;
        for (var rest = path.TrimStart('.', '['); ;)
        {
            var next = node.Children
                .Where(child => rest.StartsWith(child.Name, StringComparison.OrdinalIgnoreCase)
                    && (rest.Length == child.Name.Length || rest[child.Name.Length] is '.' or '[' or ']'))
                .OrderByDescending(child => child.Name.Length)
                .FirstOrDefault();
            if (next.Node is null)
            {
                return node;
            }

            node = next.Node;
            rest = rest[next.Name.Length..].TrimStart('.', '[', ']');
        }
    }

    /// <summary>Reads a JSON text in which comments and trailing commas are allowed.</summary>
    /// <returns>The root, or null where the text is not JSON; the problem then says line and reason.</returns>
    public static ConfigNode? Read(string json, List<ConfigProblem> problems)
    {
        var bytes = Encoding.UTF8.GetBytes(json.TrimStart('\uFEFF'));
        var lines = new LineCounter(bytes);
        var reader = new Utf8JsonReader(
            bytes, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        try
        {
            reader.Read();
            var root = ReadValue(ref reader, "", ref lines, problems);
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            // The reader counts lines from 0 in its words, and an unquoted value in them may be a secret.
            var why = e.Message.Contains("JSON literal", StringComparison.Ordinal) ? "a text stands there without quotes"
                : e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            problems.Add(NotJson((int)(e.LineNumber ?? 0) + 1, why));
            return null;
        }
        catch (InvalidOperationException)
        {
            problems.Add(NotJson(lines.At(reader.TokenStartIndex), "a text has half of a surrogate pair"));
            return null;
        }
    }

    private static ConfigProblem NotJson(int line, string why) =>
        new("", line, "the file is not JSON", why, "correct the line; comments and trailing commas are allowed");

    private static ConfigNode ReadValue(
        ref Utf8JsonReader reader, string path, ref LineCounter lines, List<ConfigProblem> problems)
    {
        var line = lines.At(reader.TokenStartIndex);
        var children = new List<(string, ConfigNode)>();
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    var nameLine = lines.At(reader.TokenStartIndex);
                    reader.Read();
                    var child = ReadValue(ref reader, path.Length == 0 ? name : $"{path}.{name}", ref lines, problems);
                    if (!seen.Add(name))
                    {
                        problems.Add(new ConfigProblem(
                            child.Path, nameLine, $"'{name}' stands here twice", "only one of the two could count", "remove one"));
                        continue;
                    }

                    children.Add((name, child));
                }

                return new ConfigNode(path, line, JsonValueKind.Object, null, children);
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    children.Add(($"{children.Count}", ReadValue(ref reader, $"{path}[{children.Count}]", ref lines, problems)));
                }

                return new ConfigNode(path, line, JsonValueKind.Array, null, children);
            case JsonTokenType.String:
                return new ConfigNode(path, line, JsonValueKind.String, reader.GetString(), children);
            case JsonTokenType.Number:
                return new ConfigNode(path, line, JsonValueKind.Number, Encoding.UTF8.GetString(reader.ValueSpan), children);
            case JsonTokenType.True:
                return new ConfigNode(path, line, JsonValueKind.True, "true", children);
            case JsonTokenType.False:
                return new ConfigNode(path, line, JsonValueKind.False, "false", children);
            default:
                return new ConfigNode(path, line, JsonValueKind.Null, null, children);
        }
    }

    /// <summary>Turns the reader's byte offsets, which only grow, into line numbers in one pass.</summary>
    private struct LineCounter(byte[] bytes)
    {
        private long _offset;
        private int _line = 1;

        public int At(long offset)
        {
            for (; _offset < offset; _offset++)
            {
                if (bytes[_offset] == (byte)'\n')
                {
                    _line++;
                }
            }

            return _line;
        }
    }
}
