using Hub.ChangeFeed.Embedded;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Mapping;
using Hub.Migration.Outbox;
using Hub.Storage;

namespace Hub.Migration.Pipelines;

/// <summary>Holds a target's mapping against the tables as they are.</summary>
internal static class TargetBinding
{
    /// <summary>The mapping and the outbox's rule with their keys, or null with what is missing or wrong.</summary>
    public static (TargetMapping Mapping, OutboxRule? Outbox)? Bind(
        TargetModel target, IReadOnlyList<SqliteTable> sources, SqliteFile file, List<string> problems)
    {
        using var connection = file.Open();
        var cascades = new HashSet<string>(StringComparer.Ordinal);
        using (var command = connection.Prepare(
            """
            SELECT m.name FROM sqlite_master m, pragma_foreign_key_list(m.name) f
            WHERE m.type = 'table' AND (f.on_update NOT IN ('NO ACTION', 'RESTRICT') OR f.on_delete NOT IN ('NO ACTION', 'RESTRICT'))
            UNION SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%INITIALLY DEFERRED%'
            """))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                cascades.Add(reader.GetString(0));
            }
        }

        var targets = target.Tables.Select(table => SqliteTable.Read(connection, table.Name)?.Describe()).OfType<DatabaseTable>().ToList();
        if (TableBinding.Bind(target.Tables, [.. sources.Select(source => source.Describe())], targets, TargetKind.Sqlite, cascades, problems, warnings: []) is not { } bound)
        {
            return null;
        }

        if (target.Outbox is { } rule && problems.Count == 0)
        {
            rule = rule with { Root = bound.Tables.First(table => table.Name == rule.Root.Name), Lines = bound.Tables.First(table => table.Name == rule.Lines.Name) };
            if (rule.Root.Key.Length == 1)
            {
                return (bound, rule);
            }

            problems.Add($"{rule.Root.Name} has a Key of several columns; lines refer to an outbox's row by one.");
        }

        return problems.Count > 0 ? null : (bound, null);
    }
}
