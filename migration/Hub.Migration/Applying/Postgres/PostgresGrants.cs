using Hub.ChangeFeed.Embedded;

namespace Hub.Migration.Applying.Postgres;

/// <summary>The rights that feeding a PostgreSQL store takes, as SQL for whoever administers it: the least there are.</summary>
internal static class PostgresGrants
{
    /// <param name="role">The hub's.</param>
    /// <param name="reader">New's, which only reads what is fed until ownership moves; null: not told.</param>
    public static string Script(string database, string role, string? reader, IReadOnlyList<string> tables)
    {
        var names = string.Join(", ", tables.Select(table => TableName.Quote(table, schemas: true)));
        var hub = SqliteSql.Quote(role);
        var script =
            $"""
            -- The hub keeps positions, quarantine and outbox in a schema of its own, beside the rows that they commit with.
            CREATE SCHEMA IF NOT EXISTS hub AUTHORIZATION {hub};
            GRANT CONNECT, TEMPORARY ON DATABASE {SqliteSql.Quote(database)} TO {hub};
            GRANT SELECT, INSERT, UPDATE, DELETE ON {names} TO {hub};
            """;
        return reader is null ? script :
            $"""
            {script}
            -- What the pipeline fills is read-only to New until ownership moves.
            REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {names} FROM PUBLIC, {SqliteSql.Quote(reader)};
            GRANT SELECT ON {names} TO {SqliteSql.Quote(reader)};
            """;
    }
}
