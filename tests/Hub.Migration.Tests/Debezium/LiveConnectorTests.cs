using System.Data.Common;
using Confluent.Kafka;
using Hub.ChangeFeed.MariaDb;
using Hub.ChangeFeed.Postgres;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Debezium;
using Hub.Servers;
using MySqlConnector;
using Npgsql;

namespace Hub.Migration.Tests.Debezium;

/// <summary>
/// The generated SQL run by an administrator, the generated configuration in the real Kafka Connect, its login with nothing but what it
/// was granted; legacy writes, the hub writes a watermark and a signal, all of it comes; then the removing script, and nothing is left.
/// </summary>
public sealed class LiveConnectorTests : IAsyncDisposable
{
    private const string Tables =
        """
        CREATE TABLE orders(id int PRIMARY KEY, note varchar(100));
        CREATE TABLE order_lines(id int PRIMARY KEY, order_id int);
        CREATE TABLE wages(id int PRIMARY KEY, amount int);
        INSERT INTO orders VALUES (1, 'there before');
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _dataset = TestServers.RandomName("d");
    private readonly string _login = TestServers.RandomName("login");
    private readonly string _password = $"p'w {Guid.NewGuid()}";
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-secret-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Topic => $"hub.{_dataset}.changes";

    private string Quoted => _password.Replace("'", "''", StringComparison.Ordinal);

    [Fact]
    public async Task Apply_PostgreSql_RunsWithLeastPrivilegeAndLeavesNothing()
    {
        await using var database = await TestDatabase.PostgresAsync();
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var connector = await ReadAsync("Postgres", $"Host={server.Host};Port={server.Port};Database={database.Name};Username={_login}");
        await database.RunAsync(Tables);
        await database.RunAsync(connector.InstallSql);
        await database.RunAsync(connector.InstallSql);
        await database.RunAsync($"ALTER ROLE {_login} PASSWORD '{Quoted}'");

        await connector.ApplyAsync(reveal: true, _ => { }, TimeProvider.System, Token);
        await using (var own = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = _login, Password = _password }.ConnectionString))
        {
            await own.OpenAsync(Token);
            await RefusedAsync<PostgresException>(own, "SELECT * FROM wages", "UPDATE orders SET note = 'x'", "DELETE FROM hub_watermark", "CREATE TABLE mine(id int)");
            await using var source = new PostgresSource(own.ConnectionString + $";Password={_password}", slots: [$"hub_{_dataset}"]);
            await WorksAsync(source);
            Assert.NotNull((await source.ReadLogAsync(Token)).KeptBytes);
            await ComesThroughAsync(database, own, "public");
        }

        await connector.RemoveAsync(_ => { }, Token);
        await UntilTakenAsync(database, connector.RemoveSql);
        await database.RunAsync(connector.RemoveSql);
        Assert.Equal(0L, await database.ScalarAsync($"SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'hub_{_dataset}'"));
        Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM pg_publication"));
        Assert.Equal(0L, await database.ScalarAsync($"SELECT count(*) FROM pg_roles WHERE rolname = '{_login}'"));
        Assert.Equal(3L, await database.ScalarAsync("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        await DeleteTopicsAsync(connector, $"__debezium-heartbeat.hub.{_dataset}");
    }

    [Fact]
    public async Task Apply_MariaDb_RunsWithLeastPrivilegeAndLeavesNothing() => await RunAndLeaveAsync("MariaDb", await TestDatabase.MariaDbAsync());

    [Fact]
    public async Task Apply_MySql_RunsWithLeastPrivilegeAndLeavesNothing() => await RunAndLeaveAsync("MySql", await TestDatabase.MySqlAsync());

    [Fact]
    public async Task Validate_SqlServer_NothingIsWrong()
    {
        var server = new DbConnectionStringBuilder { ConnectionString = TestServers.SqlServer };
        var password = server["Password"].ToString()!;
        server.Remove("Password");
        var connector = await ReadAsync("SqlServer", server.ConnectionString, password: password);

        Assert.Empty(await connector.ValidateAsync(reveal: true, Token));
    }

    private async Task RunAndLeaveAsync(string engine, TestDatabase made)
    {
        await using var database = made;
        var server = new MySqlConnectionStringBuilder(database.ConnectionString) { AllowUserVariables = true };
        var connector = await ReadAsync(engine, $"Server={server.Server};Port={server.Port};Database={database.Name};User ID={_login}");
        await database.RunAsync(Tables);
        await database.RunAsync(connector.InstallSql);
        await database.RunAsync(connector.InstallSql);
        await database.RunAsync($"ALTER USER '{_login}'@'%' IDENTIFIED BY '{Quoted}' ACCOUNT UNLOCK");

        await connector.ApplyAsync(reveal: true, _ => { }, TimeProvider.System, Token);
        await using (var own = new MySqlConnection(
            new MySqlConnectionStringBuilder(server.ConnectionString) { UserID = _login, Password = _password }.ConnectionString))
        {
            await own.OpenAsync(Token);
            await RefusedAsync<MySqlException>(own, "SELECT * FROM wages", "UPDATE orders SET note = 'x'", "DELETE FROM hub_watermark", "CREATE TABLE mine(id int)");
            await using var source = new MariaDbSource(new MySqlConnectionStringBuilder(server.ConnectionString) { UserID = _login, Password = _password }.ConnectionString);
            await WorksAsync(source);
            await ComesThroughAsync(database, own, database.Name);
        }

        await connector.RemoveAsync(_ => { }, Token);
        await using (var admin = new MySqlConnection(server.ConnectionString))
        {
            await admin.OpenAsync(Token);
            // Another dataset's watermark stands there still: what both share stays.
            await RunAsync(admin, connector.RemoveSql);
            Assert.Equal(4L, await database.ScalarAsync($"SELECT count(*) FROM information_schema.tables WHERE table_schema = '{database.Name}'"));
            await RunAsync(admin, "DELETE FROM hub_watermark");
            await RunAsync(admin, connector.RemoveSql);
            await RunAsync(admin, connector.RemoveSql);
        }

        Assert.Equal(0L, await database.ScalarAsync($"SELECT count(*) FROM mysql.user WHERE User = '{_login}'"));
        Assert.Equal(0L, await database.ScalarAsync($"SELECT count(*) FROM mysql.tables_priv WHERE User = '{_login}'"));
        Assert.Equal(3L, await database.ScalarAsync($"SELECT count(*) FROM information_schema.tables WHERE table_schema = '{database.Name}'"));
        await DeleteTopicsAsync(connector, $"hub.{_dataset}.history", $"__debezium-heartbeat.hub.{_dataset}");
    }

    [Fact]
    public async Task Install_TableWithoutKey_IsRefusedBeforeLegacysOwnUpdatesFail()
    {
        await using var database = await TestDatabase.PostgresAsync();
        await database.RunAsync("CREATE TABLE orders(id int); CREATE TABLE order_lines(id int PRIMARY KEY); INSERT INTO orders VALUES (1)");
        var connector = await ReadAsync("Postgres", $"Host=127.0.0.1;Database={database.Name};Username={_login}");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.RunAsync(connector.InstallSql));

        Assert.Contains("no primary key in orders", refused.MessageText, StringComparison.Ordinal);
        await database.RunAsync("UPDATE orders SET id = 2");
        Assert.Equal(0L, await database.ScalarAsync($"SELECT count(*) FROM pg_roles WHERE rolname = '{_login}'"));
    }

    [Fact]
    public async Task Remove_AnotherDatasetOfTheDatabaseStays_KeepsWhatBothShare()
    {
        await using var database = await TestDatabase.PostgresAsync();
        await database.RunAsync(Tables);
        var connection = $"Host=127.0.0.1;Database={database.Name};Username={_login}";
        var (orders, lines) = (await ReadAsync("Postgres", connection, $"{_dataset}_1", "\"orders\""), await ReadAsync("Postgres", connection, $"{_dataset}_2", "\"order_lines\""));
        await database.RunAsync(orders.InstallSql);
        await database.RunAsync(lines.InstallSql);

        await database.RunAsync(orders.RemoveSql);

        Assert.Equal(false, await database.ScalarAsync($"SELECT has_table_privilege('{_login}', 'orders', 'SELECT')"));
        Assert.Equal(true, await database.ScalarAsync($"SELECT has_table_privilege('{_login}', 'order_lines', 'SELECT') AND has_table_privilege('{_login}', 'hub_watermark', 'UPDATE')"));
        await database.RunAsync(lines.RemoveSql);
        Assert.Equal(0L, await database.ScalarAsync($"SELECT count(*) FROM pg_roles WHERE rolname = '{_login}'"));
    }

    [Fact]
    public async Task Apply_PublicationIsMissing_SaysWhyFromTheTasksTrace()
    {
        await using var database = await TestDatabase.PostgresAsync();
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var connector = await ReadAsync("Postgres", $"Host={server.Host};Port={server.Port};Database={database.Name};Username={_login}");
        await database.RunAsync(Tables);
        await database.RunAsync(connector.InstallSql);
        await database.RunAsync($"ALTER ROLE {_login} PASSWORD '{Quoted}'; DROP PUBLICATION hub_{_dataset}");
        try
        {
            var failed = await Assert.ThrowsAsync<DebeziumConnectorException>(
                () => connector.ApplyAsync(reveal: true, _ => { }, TimeProvider.System, Token));

            Assert.Contains("ublication", failed.Message, StringComparison.Ordinal);
            Assert.Contains("To do: ", failed.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("\tat ", failed.Message, StringComparison.Ordinal);
        }
        finally
        {
            await connector.RemoveAsync(_ => { }, Token);
            await UntilTakenAsync(database, connector.RemoveSql);
            await DeleteTopicsAsync(connector);
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>What the hub itself does at the source, by the login that the script made.</summary>
    private static async Task WorksAsync(ISourceDatabase source)
    {
        Assert.DoesNotContain(await source.InspectAsync(["orders", "order_lines"], Token), finding => finding.Blocks);
        var tables = await source.DescribeAsync(["orders", "order_lines"], Token);
        Assert.Equal(2, tables.Length);
        var lineage = await source.ReadLineageAsync(Token);
        Assert.Equal(1, await source.WriteWatermarkAsync("another", lineage, null, TimeProvider.System.GetUtcNow(), Token));
        Assert.Equal(2, await source.WriteWatermarkAsync("another", lineage, null, TimeProvider.System.GetUtcNow(), Token));
        Assert.Single(await source.ReadChunkAsync(tables[0], null, null, 10, Token));
    }

    /// <summary>A change of legacy's, a watermark and a copy by signal, written by the generated login where that is the hub's to do.</summary>
    private async Task ComesThroughAsync(TestDatabase legacy, DbConnection hub, string schema)
    {
        using var topic = new TopicReader(TestServers.Kafka, Topic);
        await legacy.RunAsync("BEGIN; INSERT INTO orders VALUES (2, 'new'); INSERT INTO order_lines VALUES (1, 2); COMMIT");
        await RunAsync(hub, $"INSERT INTO hub_watermark(dataset, counter, ts_ms, lineage) VALUES ('{_dataset}', 1, 2, 'here')");
        await RunAsync(hub, $$"""
            INSERT INTO hub_{{_dataset}}_signal(id, type, data)
            VALUES ('{{Guid.NewGuid()}}', 'execute-snapshot', '{"data-collections": ["{{schema}}.orders"], "type": "incremental"}')
            """);

        topic.Until("the transaction's BEGIN", record => record.TryGetProperty("status", out var status) && status.GetString() == "BEGIN");
        var created = topic.Until("the order", record => TopicReader.IsChange(record, "orders", "c"));
        Assert.Equal("new", created.GetProperty("after").GetProperty("note").GetString());
        topic.Until("its line", record => TopicReader.IsChange(record, "order_lines", "c"));
        topic.Until("the watermark", record => TopicReader.IsChange(record, "hub_watermark", "c"));
        topic.Until("the row of before", record => TopicReader.IsChange(record, "orders", "r")
            && record.GetProperty("after").GetProperty("note").GetString() == "there before");
        topic.Until("the end of the copy", record => record.TryGetProperty("type", out var type) && type.GetString() == "COMPLETED"
            && record.TryGetProperty("aggregate_type", out var of) && of.GetString() == "Incremental Snapshot");
        await legacy.RunAsync("TRUNCATE TABLE order_lines");
        topic.Until("the truncate", record => TopicReader.IsChange(record, "order_lines", "t"));
    }

    private async Task<DebeziumConnector> ReadAsync(string engine, string connection, string? dataset = null, string tables = "\"orders\", \"order_lines\"", string? password = null)
    {
        var file = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(file, password ?? _password, Token);
        return ConnectorConfig.Read(
            ConnectorConfig.Text(engine, connection, dataset ?? _dataset, $"file:{file}", tables, TestServers.Kafka, TestServers.Connect)
                .Replace("\"From\": \"orders\"", $"\"From\": {tables.Split(',')[0]}", StringComparison.Ordinal), dataset ?? _dataset);
    }

    private static async Task RefusedAsync<TException>(DbConnection connection, params string[] statements)
        where TException : DbException
    {
        foreach (var sql in statements)
        {
            var refused = await Assert.ThrowsAsync<TException>(() => RunAsync(connection, sql));
            Assert.Contains("denied", refused.Message, StringComparison.Ordinal);
        }
    }

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>The slot is refused for the moment in which the connector's process at the server is still ending.</summary>
    private static async Task UntilTakenAsync(TestDatabase database, string sql)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await database.RunAsync(sql);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse && TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Each topic that exists is named for deletion by the script, and no other one has come into being.</summary>
    private async Task DeleteTopicsAsync(DebeziumConnector connector, params string[] others)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = TestServers.Kafka }).Build();
        var made = admin.GetMetadata(Patience).Topics.Select(topic => topic.Topic).Where(topic => topic.Contains($"hub.{_dataset}", StringComparison.Ordinal)).ToList();
        Assert.Contains(Topic, made);
        Assert.Empty(made.Except([Topic, .. others, $"__debezium-heartbeat.hub.{_dataset}"]));
        Assert.All(made, topic => Assert.Contains($"--delete --topic {topic}\n", connector.RemoveSql.ReplaceLineEndings("\n"), StringComparison.Ordinal));
        await admin.DeleteTopicsAsync(made);
    }
}
