using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hub.ChangeFeed.Embedded;
using Hub.Configuration;
using Hub.Migration.Config;
using Hub.Migration.Mapping;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Outbox;

/// <summary>
/// Says of a row of the target whether it and its lines are there whole, and makes the message that tells of it.
/// </summary>
/// <remarks>
/// It looks at the target's own rows in the transaction that wrote them, so it doesn't matter in which order header and
/// lines came, or whether by copy or by stream. What keeps history out is the receiver (Intake) alone.
/// </remarks>
internal sealed record OutboxRule(OutboxConfig Config, TableMapping Root, TableMapping Lines)
{
    /// <summary>The rule, or null with the reasons.</summary>
    public static OutboxRule? Read(OutboxConfig config, ConfigNode node, ImmutableArray<TableMapping> tables, List<ConfigProblem> problems)
    {
        var count = problems.Count;
        var root = Table("From", config.From, node);
        var lines = config.Lines is null ? null : Table("From", config.Lines.From, node["Lines"]!);
        if (root is null || lines is null)
        {
            return null;
        }

        CheckColumns(root, [.. config.When.Keys, config.At, config.Lines!.SumsUpTo], node);
        CheckColumns(lines, [config.Lines.By, .. config.Lines.Multiply], node["Lines"]!);
        foreach (var key in config.Key)
        {
            CheckColumns(root, [.. key.When.Keys, .. OutboxTemplate.Columns(key.Key)], node["Key"]!);
        }

        CheckBody(config.Body!, inLines: false);
        return problems.Count > count ? null : new OutboxRule(config, root, lines);

        TableMapping? Table(string property, string name, ConfigNode at)
        {
            var table = tables.FirstOrDefault(candidate => candidate.Name == name);
            if (table is null && name.Length > 0)
            {
                Add(at[property] ?? at, $"'{name}' is not one of the target's Tables", "the message is made from what the pipeline fills", $"use one of {string.Join(", ", tables.Select(candidate => candidate.Name))}");
            }

            return table;
        }

        void CheckColumns(TableMapping table, IEnumerable<string> names, ConfigNode at)
        {
            foreach (var name in names.Where(name => name != OutboxTemplate.Key && table.Columns.All(column => column.Name != name)).Distinct())
            {
                Add(at, $"'{name}' is not one of the Columns of {table.Name}", "the message is made from what the pipeline fills", $"use one of {string.Join(", ", table.Columns.Select(column => column.Name))}");
            }
        }

        void CheckBody(ConfigNode part, bool inLines)
        {
            if (part.Kind == JsonValueKind.Array && (inLines || part.Children.Count != 1))
            {
                Add(part, "a list in the Body holds one template", "it is filled once for each line", "write one object in it, and no list inside of that");
                return;
            }

            if (part.Kind == JsonValueKind.String)
            {
                // A line's template sees the row's columns too: a line has no currency of its own.
                CheckColumns(root, OutboxTemplate.Columns(part.Text!).Where(name => !inLines || lines!.Columns.All(column => column.Name != name)), part);
            }

            foreach (var (_, child) in part.Children)
            {
                CheckBody(child, inLines || part.Kind == JsonValueKind.Array);
            }
        }

        void Add(ConfigNode at, string what, string why, string fix) => problems.Add(new ConfigProblem(at.Path, at.Line, what, why, fix));
    }

    /// <summary>The key of the message's row that an effect touches: the row itself or one of its lines; null for any other.</summary>
    public object? Touched(RowEffect effect) =>
        effect.Table.Name == Root.Name ? effect.Key[0]
        : effect.Table.Name == Lines.Name && effect.Row is { } row ? row[Lines.Columns.ToList().FindIndex(column => column.Name == Config.Lines!.By)]
        : null;

    /// <summary>
    /// The message, if the row stands in the target whole; a row whose message was made already makes the same again. Where the
    /// condition holds and there is none all the same, what it lacks.
    /// </summary>
    public (OutboxRow? Row, string? Lacks) Evaluate(SqliteConnection target, object key) => Evaluate(
        Rows(target, Root, Root.Columns[Root.Key[0]].Name, key).SingleOrDefault(), () => Rows(target, Lines, Config.Lines!.By, key));

    /// <summary>The same of rows that are at hand, each value as its text; null where the row is not there.</summary>
    /// <param name="linesOf">Its lines, in the order of their key.</param>
    public (OutboxRow? Row, string? Lacks) Evaluate(Dictionary<string, string?>? root, Func<List<Dictionary<string, string?>>> linesOf)
    {
        if (root is null || !Holds(Config.When, root))
        {
            return default;
        }

        var (lines, wanted) = (linesOf(), Config.Lines!);
        var sum = lines.Sum(line => wanted.Multiply.Aggregate(1m, (product, column) => product * Number(line[column])));
        if (lines.Count == 0 || sum != Number(root[wanted.SumsUpTo]))
        {
            return (null, string.Create(CultureInfo.InvariantCulture,
                $"its {lines.Count} lines sum up to {sum} and its {wanted.SumsUpTo} is {root[wanted.SumsUpTo] ?? "null"}. Correct it in legacy; if {wanted.SumsUpTo} holds more than the lines (shipping, a discount), name another column in SumsUpTo."));
        }

        var messageKey = Config.Key.Where(way => Holds(way.When, root)).Select(way => OutboxTemplate.Fill(way.Key, root.GetValueOrDefault)).FirstOrDefault(text => text is not null);
        if (messageKey is null || root[Config.At] is not { } at)
        {
            return (null, messageKey is null ? "none of the ways to make its Key applies. Correct it in legacy, or add a way." : $"its {Config.At} is null. Correct it in legacy.");
        }

        var body = OutboxTemplate.Fill(Config.Body!, Column, [.. lines.Select(Line)]);
        return (new OutboxRow(
            Config.Kind, messageKey, DateTimeOffset.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            body!.ToJsonString(JsonSerializerOptions.Web)), null);

        string? Column(string name) => name == OutboxTemplate.Key ? messageKey : root.GetValueOrDefault(name);

        Func<string, string?> Line(Dictionary<string, string?> line) => name => line.TryGetValue(name, out var value) ? value : Column(name);
    }

    private static bool Holds(Dictionary<string, string> when, Dictionary<string, string?> row) => when.All(pair => row[pair.Key] == pair.Value);

    private static decimal Number(string? text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static List<Dictionary<string, string?>> Rows(SqliteConnection target, TableMapping table, string by, object key)
    {
        using var command = target.Prepare(
            $"SELECT {string.Join(", ", table.Columns.Select(column => SqliteSql.Quote(column.Name)))} FROM {SqliteSql.Quote(table.Name)} "
            + $"WHERE {SqliteSql.Quote(by)} = $key ORDER BY {string.Join(", ", table.Key.Select(place => SqliteSql.Quote(table.Columns[place].Name)))}",
            ("$key", key));
        using var reader = command.ExecuteReader();
        var rows = new List<Dictionary<string, string?>>();
        while (reader.Read())
        {
            var row = new Dictionary<string, string?>(StringComparer.Ordinal);
            for (var i = 0; i < table.Columns.Length; i++)
            {
                row.Add(table.Columns[i].Name, reader.IsDBNull(i) ? null : reader.GetString(i));
            }

            rows.Add(row);
        }

        return rows;
    }
}

/// <summary>A message to be.</summary>
/// <param name="At">When it came about at the source, UTC.</param>
/// <param name="Body">JSON.</param>
internal sealed record OutboxRow(string Kind, string Key, DateTimeOffset At, string Body);
