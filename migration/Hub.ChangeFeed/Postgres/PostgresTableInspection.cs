using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Hub.ChangeFeed.Sources;
using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>What <c>hub check</c> looks at in one table.</summary>
internal static partial class PostgresTableInspection
{
    /// <returns>False where there is no such relation.</returns>
    public static async Task<bool> RunAsync(
        NpgsqlConnection connection, string name, string schema, ImmutableArray<SourceFinding>.Builder findings, CancellationToken cancellationToken)
    {
        var (own, table) = PostgresCatalog.Split(name, schema);
        var quoted = $"{PostgresSession.Quote(own)}.{PostgresSession.Quote(table)}";
        await using var command = new NpgsqlCommand(
            """
            select c.relkind::text, c.relpersistence::text, c.relreplident::text, c.relrowsecurity, c.relispartition,
                exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary),
                exists (select from pg_index i where i.indrelid = c.oid and i.indisreplident and not i.indisprimary),
                has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select'),
                (select string_agg(attname, ', ') from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and a.attgenerated <> ''),
                exists (select from pg_inherits i where i.inhparent = c.oid) and c.relkind = 'r',
                row_security_active(c.oid),
                exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and not i.indimmediate)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2
            """, connection)
        { Parameters = { new() { Value = own }, new() { Value = table } } };
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return false;
            }

            var (kind, persistence, identity) = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
            if (kind is not ("r" or "p"))
            {
                findings.Add(new(true, $"{name} is no table but {Kind(kind)}: its changes are not in the log.", "Name the tables that it shows, and join them in the mapping."));
                return true;
            }

            if (persistence != "p")
            {
                findings.Add(new(true, $"{name} is {(persistence == "u" ? "unlogged" : "temporary")}: its changes are not in the log.", $"alter table {quoted} set logged;"));
            }

            if (!reader.GetBoolean(5))
            {
                findings.Add(new(true, $"{name} has no primary key: its rows can't be told apart, and publishing it makes legacy's own updates and deletes fail.", $"alter table {quoted} add primary key (…);"));
            }
            else if (identity == "n")
            {
                findings.Add(new(true, $"{name} has REPLICA IDENTITY NOTHING: publishing it makes legacy's own updates and deletes fail.", $"alter table {quoted} replica identity default;"));
            }
            else if (reader.GetBoolean(6) && identity == "i")
            {
                findings.Add(new(true, $"{name} has another index than its primary key as replica identity: deletes don't tell the key.", $"alter table {quoted} replica identity default; or full, where others need it."));
            }
            else if (reader.GetBoolean(11) && identity == "d")
            {
                findings.Add(new(true, $"The primary key of {name} is deferrable, which is no replica identity: publishing it makes legacy's own updates and deletes fail.", $"alter table {quoted} replica identity full;"));
            }

            if (identity == "f")
            {
                findings.Add(new(false, $"{name} has REPLICA IDENTITY FULL: each update and delete writes its whole old row to the log.", $"alter table {quoted} replica identity default; unless others need it."));
            }

            if (!reader.GetBoolean(7))
            {
                findings.Add(new(true, $"The role {connection.UserName} may not read {name}.", $"grant usage on schema {PostgresSession.Quote(own)} to {PostgresSession.Quote(connection.UserName ?? "hub")}; grant select on {quoted} to {PostgresSession.Quote(connection.UserName ?? "hub")};"));
            }

            if (reader.GetBoolean(10))
            {
                findings.Add(new(true, $"Row-level security hides rows of {name} from {connection.UserName} when it is copied and verified; the log has them all.", $"alter role {PostgresSession.Quote(connection.UserName ?? "hub")} bypassrls;"));
            }

            if (reader.GetBoolean(4))
            {
                findings.Add(new(true, $"{name} is a partition: its changes come under the name of the table that it is part of.", "Name the partitioned table itself."));
            }

            if (kind == "p")
            {
                findings.Add(new(false, $"{name} is partitioned: a partition that is truncated, detached or dropped by itself is not in the stream.", "Delete its rows by DELETE, or verify afterwards."));
            }

            if (reader.GetBoolean(9))
            {
                findings.Add(new(true, $"Other tables inherit from {name}: a copy reads their rows too, the stream has them under their own names.", "Name tables without heirs."));
            }

            if (!await reader.IsDBNullAsync(8, cancellationToken))
            {
                findings.Add(new(false, $"The generated columns of {name} are not in the stream and can't be mapped: {reader.GetString(8)}.", "Compute them in New."));
            }
        }

        var described = await PostgresCatalog.DescribeAsync(connection, name, schema, cancellationToken);
        foreach (var column in described?.Columns ?? [])
        {
            InspectColumn(name, column, described!.Key.Contains(column.Name), findings);
        }

        await InspectOrderAsync(connection, described!, schema, findings, cancellationToken);
        return true;
    }

    private static void InspectColumn(string table, DatabaseColumn column, bool isKey, ImmutableArray<SourceFinding>.Builder findings)
    {
        var what = $"{table}.{column.Name} is {column.Declared}";
        if (column.Declared.StartsWith("numeric", StringComparison.Ordinal) && !column.Declared.EndsWith("[]", StringComparison.Ordinal) && !FitsDecimal(column.Declared))
        {
            findings.Add(new(false, $"{what}: values of more than 28 digits, NaN and Infinity fit into no decimal.", "Such values are quarantined where a number is wanted; map the column to text to keep them."));
        }
        else if (column.Declared == "money")
        {
            findings.Add(new(false, $"{what}: it has no currency, and its number of decimals is the server's lc_monetary.", "Say the currency in the mapping."));
        }
        else if (column.Type == ColumnType.Other)
        {
            findings.Add(new(false, $"{what}: Hub knows it only as the text that PostgreSQL prints.", "Map it to text, or by an IRowMapping."));
        }

        if (isKey && (column.Type == ColumnType.Bits || column.Declared.EndsWith("[]", StringComparison.Ordinal)))
        {
            findings.Add(new(true, $"{what} and part of the primary key: rows can't be read in its order.", "Leave the table out."));
        }
        else if (isKey && column.Type == ColumnType.BinaryFraction)
        {
            findings.Add(new(false, $"{what} and part of the primary key: -0 and 0 are one key there and two here.", "Nothing, where no key is zero."));
        }
    }

    /// <summary>Chunks are read in the order of bytes, which an index of another collation can't give.</summary>
    private static async Task InspectOrderAsync(
        NpgsqlConnection connection, DatabaseTable table, string schema, ImmutableArray<SourceFinding>.Builder findings, CancellationToken cancellationToken)
    {
        var texts = table.Key.Where(key => table.Column(key) is { Type: ColumnType.Text or ColumnType.Enum }).ToArray();
        if (texts.Length == 0 || await TableReading.OfAsync(connection, table, schema, cancellationToken) is not { SortsKey: true } reading)
        {
            return;
        }

        findings.Add(new(
            false, $"The key of {table.Name} ({string.Join(", ", texts)}) is text in the order of a language: copying and verifying sort the whole table for each chunk.",
            $"Where it has more than some 100,000 rows: create index concurrently on {reading.From} ({reading.IndexColumns});"));
    }

    private static bool FitsDecimal(string declared) =>
        Precision().Match(declared) is { Success: true } bound && int.Parse(bound.Groups[1].ValueSpan, CultureInfo.InvariantCulture) <= 28;

    private static string Kind(string kind) => kind switch
    {
        "v" => "a view",
        "m" => "a materialized view",
        "f" => "a foreign table",
        "S" => "a sequence",
        _ => "something else",
    };

    [GeneratedRegex(@"\((\d+)")]
    private static partial Regex Precision();
}
