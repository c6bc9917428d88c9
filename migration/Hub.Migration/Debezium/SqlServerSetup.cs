namespace Hub.Migration.Debezium;

/// <summary>
/// SQL Server's part of a Debezium connector: settings, and the T-SQL that lets it read and takes that away again. Not run against a
/// live server: the settings are validated by the real connector, the T-SQL by Microsoft's parser.
/// </summary>
internal static class SqlServerSetup
{
    public static IEnumerable<(string, string)> Settings(DebeziumPlan plan)
    {
        yield return ("database.names", plan.Database.Database);
        if (plan.Database.Value("encrypt") is { } encrypt)
        {
            yield return ("driver.encrypt", encrypt.ToUpperInvariant() switch { "FALSE" or "NO" or "OPTIONAL" => "false", "STRICT" => "strict", _ => "true" });
        }

        if (plan.Database.Value("trustservercertificate", "trust server certificate") is { } trust)
        {
            yield return ("driver.trustServerCertificate", trust.ToUpperInvariant() is "TRUE" or "YES" ? "true" : "false");
        }

        // The default would hold locks over a whole table while its columns are read.
        yield return ("snapshot.isolation.mode", "read_committed");
    }

    public static string Install(DebeziumPlan plan) => $"""
        USE {Name(plan.Database.Database)};
        GO
        -- 1. What would go wrong later stops here.
        IF CAST(SERVERPROPERTY('EngineEdition') AS int) = 4
          THROW 51000, 'This is SQL Server Express, which has no change data capture. Standard (2016 SP1 or newer), Enterprise or Developer has it.', 1;
        IF CAST(SERVERPROPERTY('EngineEdition') AS int) NOT IN (5, 8)
          AND NOT EXISTS (SELECT 1 FROM sys.dm_server_services WHERE servicename LIKE N'SQL Server Agent%' AND status = 4)
          THROW 51000, 'SQL Server Agent does not run: its jobs read the log. Start it, and let it start with the server.', 1;
        {Lines(plan.Tables.Select(table => $"""
        IF OBJECT_ID({Text(Name(table))}) IS NULL THROW 51000, 'There is no table {Plain(table)}: correct the Tables of the dataset.', 1;
        IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID({Text(Name(table))}) AND is_primary_key = 1)
          THROW 51000, '{Plain(table)} has no primary key: its rows could not be told apart. Give it one, or take it out of the dataset.', 1;
        """))}
        GO
        -- 2. Logins. The password comes from the shell: sqlcmd -v HUB_PASSWORD="…".
        {Lines(plan.Users.Select(user => $"""
        IF SUSER_ID({Text(user)}) IS NULL CREATE LOGIN {Name(user)} WITH PASSWORD = '$(HUB_PASSWORD)';
        IF USER_ID({Text(user)}) IS NULL CREATE USER {Name(user)} FOR LOGIN {Name(user)};
        """))}
        IF DATABASE_PRINCIPAL_ID({Text(plan.Identifier)}) IS NULL CREATE ROLE {Name(plan.Identifier)};
        GO
        -- 3. Hub's own two tables: a row a dataset that is written each second, and this dataset's signals, which start copies.
        IF OBJECT_ID({Text(Name(plan.Watermarks))}) IS NULL
          CREATE TABLE {Name(plan.Watermarks)}(
            dataset nvarchar(128) NOT NULL PRIMARY KEY, counter bigint NOT NULL, ts_ms bigint NOT NULL, lineage nvarchar(400) NOT NULL, mark nvarchar(400) NULL);
        IF OBJECT_ID({Text(Name(plan.Signals))}) IS NULL
          CREATE TABLE {Name(plan.Signals)}(id varchar(64) NOT NULL PRIMARY KEY, type varchar(32) NOT NULL, data nvarchar(2048) NULL);
        GO
        -- 4. Change data capture, of these tables alone, each with a capture instance of the hub's own (SQL Server allows two a table).
        IF EXISTS (SELECT 1 FROM sys.databases WHERE name = DB_NAME() AND is_cdc_enabled = 0) EXEC sys.sp_cdc_enable_db;
        GO
        {Lines(plan.Captured.Select(table => $"""
        IF NOT EXISTS (SELECT 1 FROM cdc.change_tables WHERE capture_instance = {Text(Instance(plan, table))})
          EXEC sys.sp_cdc_enable_table @source_schema = {Text(table.Schema)}, @source_name = {Text(table.Name)},
            @role_name = {(plan.Own.Contains(table) ? Text(plan.Identifier) : "NULL")}, @capture_instance = {Text(Instance(plan, table))}, @supports_net_changes = 0;
        """))}
        GO
        -- 5. Least privilege: these tables and nothing else.
        {Lines(plan.Captured.Select(table => $"GRANT SELECT ON {Name(table)} TO {Name(plan.Identifier)};"))}
        GRANT SELECT ON SCHEMA::cdc TO {Name(plan.Identifier)};
        GRANT VIEW DATABASE STATE TO {Name(plan.Identifier)};
        GRANT INSERT ON {Name(plan.Signals)} TO {Name(plan.Identifier)};
        {Lines(plan.Users.Select(user => $"ALTER ROLE {Name(plan.Identifier)} ADD MEMBER {Name(user)};"))}
        GRANT INSERT, UPDATE ON {Name(plan.Watermarks)} TO {Name(plan.HubUser)};
        """;

    public static string Remove(DebeziumPlan plan) => $"""
        USE {Name(plan.Database.Database)};
        GO
        -- 1. What belongs to this dataset alone.
        {Lines(plan.Own.Select(table => $"""
        IF OBJECT_ID(N'cdc.change_tables') IS NOT NULL AND EXISTS (SELECT 1 FROM cdc.change_tables WHERE capture_instance = {Text(Instance(plan, table))})
          EXEC sys.sp_cdc_disable_table @source_schema = {Text(table.Schema)}, @source_name = {Text(table.Name)}, @capture_instance = {Text(Instance(plan, table))};
        """))}
        DROP TABLE IF EXISTS {Name(plan.Signals)};
        IF DATABASE_PRINCIPAL_ID({Text(plan.Identifier)}) IS NOT NULL
        BEGIN
        {Lines(plan.Users.Select(user => $"  IF IS_ROLEMEMBER({Text(plan.Identifier)}, {Text(user)}) = 1 ALTER ROLE {Name(plan.Identifier)} DROP MEMBER {Name(user)};"))}
          DROP ROLE {Name(plan.Identifier)};
        END;
        IF OBJECT_ID({Text(Name(plan.Watermarks))}) IS NOT NULL DELETE FROM {Name(plan.Watermarks)} WHERE dataset = {Text(plan.Dataset)};
        GO
        -- 2. What datasets share goes with the last of them.
        IF OBJECT_ID({Text(Name(plan.Watermarks))}) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {Name(plan.Watermarks)})
        BEGIN
          DROP TABLE {Name(plan.Watermarks)};
        {Lines(plan.Users.Select(user => $"""
          DROP USER IF EXISTS {Name(user)};
          IF SUSER_ID({Text(user)}) IS NOT NULL DROP LOGIN {Name(user)};
        """))}
        END;
        IF OBJECT_ID(N'cdc.change_tables') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cdc.change_tables) EXEC sys.sp_cdc_disable_db;
        """;

    public static IEnumerable<string> Load(DebeziumPlan plan) =>
    [
        "Reading: the capture job of SQL Server Agent reads the log every five seconds and writes each change of a captured table once more, into a change table: about twice the log for these tables, and a lag of up to five seconds.",
        "The connector asks the change tables by a function a table and poll; it holds no lock on legacy's tables.",
        "Disk: change tables keep three days by default (sp_cdc_change_job, cleanup). A connector that is down for longer loses changes, and the hub stops loudly.",
        "The log can't be cut off before the capture job has read it: if Agent stands, the log grows.",
    ];

    private static string Instance(DebeziumPlan plan, SourceTable table)
    {
        // Datasets of one database share the watermarks and their capture.
        var name = plan.Own.Contains(table) ? $"{plan.Identifier}_{table.Schema}_{table.Name}" : $"hub_{table.Schema}_{table.Name}";
        return name.Length <= 100 ? name : name[..100];
    }

    private static string Plain(SourceTable table) => table.ToString().Replace("'", "''", StringComparison.Ordinal);

    private static string Name(SourceTable table) => $"{Name(table.Schema)}.{Name(table.Name)}";

    private static string Name(string name) => $"[{name.Replace("]", "]]", StringComparison.Ordinal)}]";

    private static string Text(string text) => $"N'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Lines(IEnumerable<string> parts) => string.Join('\n', parts);
}
