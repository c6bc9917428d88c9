using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;
using Hub.Migration.Outbox;

namespace Hub.Migration.Pipelines;

/// <summary>Holds a target's mapping against the tables as they are.</summary>
internal static class TargetBinding
{
    /// <summary>The mapping and the outbox's rule with their keys, or null with what is missing or wrong.</summary>
    /// <param name="warnings">What may stop some rows later.</param>
    public static (TargetMapping Mapping, OutboxRule? Outbox)? Bind(
        TargetModel target, ImmutableArray<DatabaseTable> sources, TargetTables tables, List<string> problems, List<string> warnings)
    {
        var kind = target.Store.Engine == DatabaseEngine.Sqlite ? TargetKind.Sqlite : TargetKind.Postgres;
        if (TableBinding.Bind(target.Tables, sources, tables.Tables, kind, tables.Acting, problems, warnings) is not { } bound)
        {
            return null;
        }

        if (target.Outbox is not { } rule)
        {
            return (bound, null);
        }

        rule = rule with { Root = bound.Tables.First(table => table.Name == rule.Root.Name), Lines = bound.Tables.First(table => table.Name == rule.Lines.Name) };
        if (rule.Root.Key.Length == 1)
        {
            return (bound, rule);
        }

        problems.Add($"{rule.Root.Name} has a Key of several columns; lines refer to an outbox's row by one.");
        return null;
    }
}
