using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Configuration;
using Hub.Migration.Mapping;

namespace Hub.Migration.Tests.Mapping;

/// <summary>A target's Tables as the config writes them, bound to tables that are declared here in short.</summary>
internal static class MappingSetup
{
    /// <summary>A table in short: <c>product(id:bigint!, sku:text, id)</c> is written as its name, its columns with their types (! must not be null), and its keys.</summary>
    public static DatabaseTable Table(string name, string columns, string key, params string[] uniques) => new(
        name,
        [.. columns.Split(' ').Select(column => column.TrimEnd('!').Split(':') is [var called, var type]
            ? new DatabaseColumn(called, TypeOf(type), type, NotNull: column.EndsWith('!'), HasDefault: false)
            : throw new ArgumentException(column, nameof(columns)))],
        [.. key.Split(' ', StringSplitOptions.RemoveEmptyEntries)], [.. uniques.Select(unique => unique.Split(' ').ToImmutableArray())])
    {
        WholeBefore = true,
    };

    public static TargetMapping Bind(string tables, DatabaseTable[] sources, DatabaseTable[] targets, RowMappings? mappings = null)
    {
        var problems = new List<string>();
        var bound = Bind(tables, sources, targets, problems, [], mappings);
        Assert.Empty(problems);
        return bound!;
    }

    public static TargetMapping? Bind(
        string tables, DatabaseTable[] sources, DatabaseTable[] targets, List<string> problems, List<string> warnings, RowMappings? mappings = null)
    {
        var config = new List<ConfigProblem>();
        var model = Read(tables, sources, config, mappings);
        Assert.Empty(config);
        return TableBinding.Bind(model, sources, targets, TargetKind.Postgres, [], problems, warnings);
    }

    /// <summary>The config's part alone.</summary>
    public static ImmutableArray<TableMapping> Read(string tables, DatabaseTable[] sources, List<ConfigProblem> problems, RowMappings? mappings = null)
    {
        var document =
            $$"""
            { "Hub": { "Datasets": { "d": {
              "Source": { "Sqlite": "legacy.db", "Tables": [ {{string.Join(", ", sources.Select(source => $"\"{source.Name}\""))}} ], "TimeZone": "Europe/Berlin" },
              "Targets": { "t": { "Sqlite": "new.db", "Tables": { {{tables}} } } }
            } } } }
            """;
        var root = ConfigNode.Read(document, problems)!;
        return DatasetConfigs.Read(root, "/data", problems, mappings) is [{ Targets: [var target] }] ? target.Tables : [];
    }

    public static ChangeEvent Change(ChangeOperation operation, DatabaseTable table, ChangeRow? before, ChangeRow? after)
    {
        var row = after ?? before!;
        var key = new ChangeRow(new ColumnNames(table.Key), [.. table.Key.Select(name => row.TryGet(name, out var value) ? value : throw new ArgumentException(name))]);
        return new ChangeEvent(operation, table.Name, key, before, after, new Position(1), DateTimeOffset.UnixEpoch);
    }

    public static ChangeRow Row(ColumnNames names, params object?[] values) => new(names, [.. values.Select(Value)]);

    private static ChangeValue Value(object? value) => value switch
    {
        null => ChangeValue.Null,
        ChangeValue given => given,
        string text => new ChangeValue(ChangeValueKind.Text, text),
        bool truth => new ChangeValue(ChangeValueKind.Boolean, truth ? "true" : "false"),
        IFormattable number => new ChangeValue(ChangeValueKind.Number, number.ToString(null, System.Globalization.CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException(value.ToString(), nameof(value)),
    };

    private static ColumnType TypeOf(string type) => type.Split('(')[0] switch
    {
        "bigint" or "integer" or "smallint" or "tinyint" => ColumnType.WholeNumber,
        "numeric" => ColumnType.ExactNumber,
        "timestamp" => ColumnType.Timestamp,
        "timestamptz" => ColumnType.ZonedTimestamp,
        "jsonb" or "json" => ColumnType.Json,
        "boolean" => ColumnType.Boolean,
        "bytea" => ColumnType.Bytes,
        _ => ColumnType.Text,
    };
}
