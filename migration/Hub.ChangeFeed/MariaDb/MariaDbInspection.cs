using System.Collections.Immutable;
using System.Globalization;
using Hub.ChangeFeed.Sources;
using MySqlConnector;

namespace Hub.ChangeFeed.MariaDb;

/// <summary>What <c>hub check</c> looks at in a MariaDB or MySQL: the server, the role, then each table.</summary>
internal static class MariaDbInspection
{
    private static readonly string[] Replication = ["REPLICATION SLAVE", "REPLICATION REPLICA", "REPLICATION CLIENT", "BINLOG MONITOR"];

    public static async Task<ImmutableArray<SourceFinding>> RunAsync(
        MySqlConnection connection, IReadOnlyList<string> tables, string schema, CancellationToken cancellationToken)
    {
        var findings = ImmutableArray.CreateBuilder<SourceFinding>();
        InspectServer(await VariablesAsync(connection, cancellationToken), findings);
        await InspectRoleAsync(connection, findings, cancellationToken);
        foreach (var table in tables)
        {
            await InspectTableAsync(connection, table, schema, findings, cancellationToken);
        }

        await InspectServerTypesAsync(connection, findings, cancellationToken);
        return findings.DrainToImmutable();
    }

    public static async Task<Dictionary<string, string>> VariablesAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(
            """
            show global variables where variable_name in ('server_uuid', 'server_uid', 'server_id', 'hostname', 'port', 'gtid_domain_id', 'log_bin', 'binlog_format', 'binlog_row_image',
            'gtid_mode', 'gtid_strict_mode', 'expire_logs_days', 'binlog_expire_logs_seconds', 'max_binlog_total_size', 'binlog_row_value_options', 'sql_mode', 'read_only', 'version')
            """, connection);
        var variables = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            variables[reader.GetString(0)] = reader.GetString(1);
        }

        return variables;
    }

    private static void InspectServer(Dictionary<string, string> variables, ImmutableArray<SourceFinding>.Builder findings)
    {
        string Value(string name) => variables.GetValueOrDefault(name, "");
        void Block(bool wrong, string what, string how)
        {
            if (wrong)
            {
                findings.Add(new(true, what, how));
            }
        }

        Block(Value("log_bin") != "ON", "The server writes no binlog.", "Set log-bin and a server-id in its configuration and restart it.");
        Block(Value("binlog_format") != "ROW", $"binlog_format is {Value("binlog_format")}: the binlog holds statements, not rows.", "set global binlog_format = 'ROW', in its configuration too; connections that are open keep the old one until they end.");
        Block(Value("binlog_row_image") != "FULL", $"binlog_row_image is {Value("binlog_row_image")}: columns that did not change are missing.", "set global binlog_row_image = 'FULL', in its configuration too.");
        Block(Value("server_id") is "0" or "", "server_id is 0: nobody may read the binlog.", "Give it a server-id of its own.");
        Block(Value("read_only") is "ON" or "1", "The server is read-only, a replica: it takes no watermarks.", "Name the primary in Source.");
        Block(Value("binlog_row_value_options").Contains("PARTIAL_JSON", StringComparison.Ordinal), "binlog_row_value_options is PARTIAL_JSON: JSON columns come as differences.", "set global binlog_row_value_options = '';");
        var seconds = double.TryParse(Value("binlog_expire_logs_seconds"), CultureInfo.InvariantCulture, out var some) && some > 0 ? some
            : double.TryParse(Value("expire_logs_days"), CultureInfo.InvariantCulture, out var days) ? days * 86_400 : 0;
        if (seconds == 0)
        {
            findings.Add(new(false, "Binlog files are kept for ever: legacy's disk fills up.", "set global binlog_expire_logs_seconds = 604800; a week, or as long as the longest outage that is to be survived."));
        }
        else if (seconds < 86_400)
        {
            findings.Add(new(false, $"Binlog files are kept for {seconds / 3600:0.#} hours: a connector that is down for longer has lost changes.", "set global binlog_expire_logs_seconds = 604800; a week, where the disk has room for it."));
        }

        if (Value("gtid_mode") is "OFF")
        {
            findings.Add(new(false, "gtid_mode is OFF: after a failover the connector doesn't find its place.", "Turn GTIDs on, step by step as MySQL's manual says."));
        }

        if (!Value("sql_mode").Contains("NO_ZERO_DATE", StringComparison.Ordinal))
        {
            findings.Add(new(false, "The server takes dates like 0000-00-00: the stream makes null of them, and 1970-01-01 in columns that are NOT NULL.", "Look for them (where d = 0) and say in the mapping what they mean."));
        }
    }

    private static async Task InspectRoleAsync(MySqlConnection connection, ImmutableArray<SourceFinding>.Builder findings, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand("show grants", connection);
        var grants = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                grants.Add(reader.GetString(0).ToUpperInvariant());
            }
        }

        var everywhere = grants.Where(grant => grant.Contains(" ON *.* ", StringComparison.Ordinal)).ToArray();
        if (!everywhere.Any(grant => grant.StartsWith("GRANT ALL", StringComparison.Ordinal) || Replication[2..].Any(word => grant.Contains(word, StringComparison.Ordinal))))
        {
            findings.Add(new(false, "The role may not see the binlog's size, so its growth is not told.", "grant replication client on *.* to the role (MariaDB: binlog monitor)."));
        }
    }

    private static async Task InspectTableAsync(
        MySqlConnection connection, string name, string schema, ImmutableArray<SourceFinding>.Builder findings, CancellationToken cancellationToken)
    {
        var (own, table) = MariaDbCatalog.Split(name, schema);
        if (await MariaDbCatalog.DescribeAsync(connection, name, schema, cancellationToken) is not { } described)
        {
            findings.Add(new(true, $"There is no table {name}, or the role may not read it.", $"Correct its name in Source.Tables, or: grant select on {MariaDbCatalog.Quote(own)}.{MariaDbCatalog.Quote(table)} to the role."));
            return;
        }

        if (described.Key.IsEmpty)
        {
            findings.Add(new(true, $"{name} has no primary key: its rows can't be told apart.", "alter table … add primary key (…), or leave it out."));
        }

        await using (var command = MariaDbCatalog.Command(
            connection,
            """
            select coalesce(engine, ''), table_type, (select group_concat(constraint_name separator ', ') from information_schema.referential_constraints
                where constraint_schema = @own and table_name = @name and (delete_rule in ('CASCADE', 'SET NULL') or update_rule in ('CASCADE', 'SET NULL')))
            from information_schema.tables where table_schema = @own and table_name = @name
            """, own, table))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            if (!reader.GetString(1).EndsWith("TABLE", StringComparison.Ordinal))
            {
                findings.Add(new(true, $"{name} is a {reader.GetString(1).ToLowerInvariant()}: its changes are not in the binlog.", "Name the tables that it shows, and join them in the mapping."));
            }
            else if (reader.GetString(0) is not ("InnoDB" or "RocksDB"))
            {
                findings.Add(new(true, $"{name} is stored by {reader.GetString(0)}, which has no transactions: a chunk of it is not of one moment.", "alter table … engine = InnoDB;"));
            }

            if (!await reader.IsDBNullAsync(2, cancellationToken))
            {
                findings.Add(new(true, $"Rows of {name} are changed by the foreign keys {reader.GetString(2)} (CASCADE, SET NULL): such changes are not in the binlog.", "Let the shop delete and change the rows itself, or leave the table out; verification tells of what was missed."));
            }
        }

        foreach (var column in described.Columns)
        {
            InspectColumn(name, column, described.Key.Contains(column.Name), findings);
        }

        await using var generated = MariaDbCatalog.Command(
            connection, "select group_concat(column_name separator ', ') from information_schema.columns where table_schema = @own and table_name = @name and extra like '%GENERATED%' and extra not like 'DEFAULT%'", own, table);
        if (await generated.ExecuteScalarAsync(cancellationToken) is string columns)
        {
            findings.Add(new(false, $"The columns {columns} of {name} are generated: virtual ones may be null in the stream.", "Compute them in New."));
        }

        if ((await TableReading.OfAsync(connection, described, schema, cancellationToken)).SortsKey)
        {
            findings.Add(new(false, $"The key of {name} is text in the order of a language: copying and verifying sort the whole table for each chunk.", "Nothing for some 100,000 rows; for more, a key column in a collation that ends in _bin."));
        }
    }

    private static void InspectColumn(string table, DatabaseColumn column, bool isKey, ImmutableArray<SourceFinding>.Builder findings)
    {
        var what = $"{table}.{column.Name} is {column.Declared}";
        switch (MariaDbType.BaseOf(column.Declared))
        {
            case "inet4" or "inet6":
                findings.Add(new(true, $"{what}: Debezium's connector can't read its declaration.", "Change it to varbinary(16) or varchar, or leave the table out with schema.history.internal.skip.unparseable.ddl."));
                break;
            case "year":
                findings.Add(new(false, $"{what}: a year of 0000 stops Debezium's connector.", $"update … set {column.Name} = null where {column.Name} = 0; and keep it so."));
                break;
            case "decimal" when column.Declared.AsSpan("decimal(".Length) is var rest && int.Parse(rest[..rest.IndexOfAny(',', ')')], CultureInfo.InvariantCulture) > 28:
                findings.Add(new(false, $"{what}: values of more than 28 digits fit into no decimal.", "Map the column to text to keep them."));
                break;
            default:
                if (column.Type == ColumnType.Other)
                {
                    findings.Add(new(false, $"{what}: copy and stream write it in different ways, so it can't be verified.", "Leave the column out of the mapping, or map it by an IRowMapping."));
                }

                break;
        }

        if (isKey && column.Type is ColumnType.Other or ColumnType.Json)
        {
            if (isKey)
            {
                findings.Add(new(true, $"{what} and part of the primary key: rows can't be read in its order.", "Leave the table out."));
            }
        }
    }

    /// <summary>Other databases on the server: their declarations go through the connector's parser as well.</summary>
    private static async Task InspectServerTypesAsync(MySqlConnection connection, ImmutableArray<SourceFinding>.Builder findings, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(
            "select group_concat(distinct concat(table_schema, '.', table_name) separator ', ') from information_schema.columns where data_type in ('inet4', 'inet6')", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is string tables)
        {
            findings.Add(new(
                false, $"Tables on this server have types that Debezium's connector can't parse ({tables}): its task stops, also where their database is not captured.",
                "schema.history.internal.skip.unparseable.ddl=true, as hub dataset connector writes it."));
        }
    }
}
