using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hub.Connectors.Testing.Stubs;

/// <summary>A call that reached the stub.</summary>
/// <param name="Path">Without the query, still escaped.</param>
/// <param name="Query">As it came, without the question mark, still escaped.</param>
/// <param name="Headers">By name, case does not count.</param>
public sealed record StubRequest(
    string Method, string Path, string Query, ImmutableDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Body.Span) ?? throw new InvalidOperationException($"{this} has the body null.");

    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    /// <summary>Is it a call of this operation: <c>GET /sales/{id}</c>?</summary>
    public bool Is(string operation) => Operation(operation).IsMatch($"{Method} {Path}");

    public override string ToString() => $"{Method} {Path}{(Query.Length > 0 ? "?" : "")}{Query}";

    internal static Regex Operation(string operation) => new(
        $"^{Regex.Replace(Regex.Escape(operation), @"\\\{[^}]*\}", "[^/]+")}$", RegexOptions.CultureInvariant);
}
