using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;

namespace Hub.Migration.Pipelines;

/// <summary>How a source stands.</summary>
/// <param name="Tables">Those that are there.</param>
/// <param name="Lineages">By table, where the capture has lines of its own (SQLite).</param>
/// <param name="Problems">What is in the way, or what can't be seen.</param>
internal sealed record SourceStanding(
    ImmutableArray<DatabaseTable> Tables, ImmutableDictionary<string, string> Lineages, ImmutableArray<string> Problems)
{
    /// <summary>All tables are there and captured.</summary>
    public bool IsReady { get; init; }

    /// <summary>Another one says that tables or captures are others than before.</summary>
    public int Version { get; init; }

    /// <summary>All that matters of tables and captures, to compare.</summary>
    public static string Describe(ImmutableArray<DatabaseTable> tables, ImmutableDictionary<string, string> lineages) => string.Join('\n', tables.Select(
        table => $"{table.Name}({string.Join(',', table.Key)})[{string.Join(';', table.Uniques.Select(unique => string.Join(',', unique)))}]{table.WholeBefore}:"
            + $"{lineages.GetValueOrDefault(table.Name)}:{string.Join(',', table.Columns.Select(column => $"{column.Name} {column.Declared} {column.NotNull}"))}"));
}
