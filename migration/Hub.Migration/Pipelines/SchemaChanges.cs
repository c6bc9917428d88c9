using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;

namespace Hub.Migration.Pipelines;

/// <summary>What a change of legacy's tables means for a dataset: added columns are told, those that are mapped and go or change their type pause it.</summary>
internal static class SchemaChanges
{
    /// <summary>How every reason to pause begins that is a change of legacy's tables: nothing was lost, so it is resumed without more.</summary>
    public const string Prefix = "The source's tables have changed: ";

    public static string Added(string table, string column) =>
        $"{table} has a new column {column} that is not mapped. Map it to a column of New, or leave it.";

    public static string Gone(string table, string column) =>
        $"{Prefix}{table} has no column {column} any longer (dropped or renamed), and the mapping reads it. "
        + "Change the mapping, or give the column back; then: hub dataset resume. Rows that were written without it are then still in the feed: --snapshot passes over them.";

    /// <summary>Compares the tables with what they were; of a column that is mapped, what makes it impossible to go on.</summary>
    /// <param name="mapped">By table, the columns that are mapped.</param>
    public static (ImmutableArray<string> Told, string? Breaks) Compare(
        ImmutableArray<DatabaseTable> before, ImmutableArray<DatabaseTable> now, IReadOnlyDictionary<string, ImmutableHashSet<string>> mapped)
    {
        var told = ImmutableArray.CreateBuilder<string>();
        foreach (var old in before)
        {
            var needed = mapped.GetValueOrDefault(old.Name, []);
            if (now.FirstOrDefault(table => table.Name == old.Name) is not { } table)
            {
                if (!needed.IsEmpty)
                {
                    return (told.ToImmutable(), $"{Prefix}there is no table {old.Name} any longer (dropped or renamed), and the mapping reads it. "
                        + "Correct the dataset's Tables and mapping, or give the table back; then: hub dataset resume");
                }

                continue;
            }

            if (!old.Key.SequenceEqual(table.Key))
            {
                return (told.ToImmutable(), $"{Prefix}the primary key of {old.Name} is ({string.Join(", ", table.Key)}) and was ({string.Join(", ", old.Key)}): rows couldn't be found by it. "
                    + "Change the mapping if it needs to be; then: hub dataset resume --snapshot");
            }

            foreach (var column in table.Columns)
            {
                if (old.Column(column.Name) is not { } was)
                {
                    told.Add(Added(table.Name, column.Name));
                }
                else if (was.Declared != column.Declared && needed.Contains(column.Name))
                {
                    return (told.ToImmutable(), $"{Prefix}{table.Name}.{column.Name} is {column.Declared} and was {was.Declared}, and the mapping reads it. "
                        + "Look whether the mapping still says what is meant; then: hub dataset resume");
                }
            }

            if (needed.FirstOrDefault(column => table.Column(column) is null) is { } gone)
            {
                return (told.ToImmutable(), Gone(table.Name, gone));
            }
        }

        return (told.ToImmutable(), null);
    }
}
