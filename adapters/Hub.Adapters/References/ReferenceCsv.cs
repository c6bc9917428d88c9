using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Hub.Connectors.References;
using Hub.Processes;

namespace Hub.Adapters.References;

/// <summary>Cross references as CSV (RFC 4180): the header <c>table,key,value</c>, then a row a line.</summary>
internal static class ReferenceCsv
{
    private const int MostTold = 20;
    private static readonly string[] Header = ["table", "key", "value"];
    private static readonly CsvConfiguration Written = new(CultureInfo.InvariantCulture) { NewLine = "\r\n" };
    private static readonly CsvConfiguration Taken = new(CultureInfo.InvariantCulture) { BadDataFound = null, MissingFieldFound = null };

    public static string Write(IEnumerable<ReferenceRow> rows)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, Written))
        {
            Line(csv, Header);
            foreach (var row in rows)
            {
                Line(csv, [row.List, row.Key, row.Value]);
            }
        }

        return text.ToString();
    }

    /// <summary>The rows, or what is wrong with each line that is wrong; then none of them is to be taken.</summary>
    public static (ImmutableArray<ReferenceRow> Rows, ImmutableArray<string> Problems) Read(string owner, string text)
    {
        var rows = ImmutableArray.CreateBuilder<ReferenceRow>();
        var problems = new List<string>();
        var lines = new Dictionary<(string, string), int>();

        // Excel writes a mark of the encoding before the first word.
        using var csv = new CsvReader(new StringReader(text.TrimStart('\uFEFF')), Taken);
        if (!csv.Read() || !csv.Parser.Record!.Select(name => name.Trim().ToLowerInvariant()).SequenceEqual(Header))
        {
            return ([], [$"line 1: the header is '{csv.Parser.RawRecord?.Trim()}'. Without it nobody can tell which column is which. Write: table,key,value"]);
        }

        while (csv.Read())
        {
            var (line, fields) = (csv.Parser.RawRow - csv.Parser.RawRecord!.TrimEnd('\r', '\n').Count(c => c == '\n'), csv.Parser.Record!);
            if ((fields.Length != 3 ? $"it has {fields.Length} fields instead of three. Write: table,key,value; a text with a comma or a quote goes in quotes"
                : Problem(fields[0], fields[1], fields[2])) is { } problem)
            {
                problems.Add($"line {line}: {problem}");
            }
            else if (!lines.TryAdd((fields[0], fields[1]), line))
            {
                problems.Add($"line {line}: '{fields[1]}' of {fields[0]} stands in line {lines[(fields[0], fields[1])]}, too, and which of them counts can't be told. Remove one");
            }
            else
            {
                rows.Add(new ReferenceRow(owner, fields[0], fields[1], fields[2]));
            }
        }

        return problems.Count == 0
            ? (rows.ToImmutable(), [])
            : ([], [.. problems.Take(MostTold), .. problems.Count > MostTold ? [$"and {problems.Count - MostTold} more lines"] : Array.Empty<string>()]);
    }

    /// <summary>What is wrong with a row, what for and what to do; null where it is fine.</summary>
    public static string? Problem(string table, string key, string value) =>
        !CrossReferences.Tables.Contains(table) ? $"there is no table '{table}', so nothing would read the row. Use one of: {string.Join(", ", CrossReferences.Tables)}"
            : WrongText(key) is { } wrongKey ? $"the key {wrongKey}: what an order calls it, exactly"
            : WrongText(value) is { } wrongValue ? $"the value of '{key}' {wrongValue}: what the vendor calls it, exactly" : null;

    private static string? WrongText(string text) => text switch
    {
        _ when string.IsNullOrWhiteSpace(text) => "is empty, which stands for nothing. Write",
        { Length: > 400 } => "is longer than 400 characters, which no vendor takes. Write",
        _ when text.Any(char.IsControl) => "holds a line break or another control character. Write",
        _ when char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]) => "begins or ends with a blank, and would never be found. Write",
        _ => null,
    };

    private static void Line(CsvWriter csv, string[] fields)
    {
        foreach (var field in fields)
        {
            csv.WriteField(field);
        }

        csv.NextRecord();
    }
}
