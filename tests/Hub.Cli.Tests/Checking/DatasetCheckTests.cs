using Hub.Servers;
using MySqlConnector;
using Npgsql;

namespace Hub.Cli.Tests.Checking;

/// <summary><c>hub check</c> before the databases of a dataset, on real servers.</summary>
public sealed class DatasetCheckTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task Check_PostgresThatCanNotBeCaptured_SaysEachReasonWithItsLine()
    {
        await using var legacy = await TestDatabase.PostgresAsync();
        await using var target = await TestDatabase.PostgresAsync();
        await legacy.RunAsync("CREATE TABLE keyless(id int); CREATE TABLE orders(id int PRIMARY KEY, amount numeric)");
        await target.RunAsync("CREATE TABLE parent(id int PRIMARY KEY); CREATE TABLE copy(id int PRIMARY KEY REFERENCES parent ON DELETE CASCADE)");

        var check = await CheckAsync($"\"Postgres\": {{ \"Connection\": \"{Plain(legacy)}\" }}", $"\"Postgres\": {{ \"Connection\": \"{Plain(target)}\" }}");

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("error: hub.json:4 Hub.Datasets.shop.Source: keyless has no primary key; ", check.Output, StringComparison.Ordinal);
        Assert.Contains("legacy's own updates and deletes fail", check.Output, StringComparison.Ordinal);
        Assert.Contains("warning: hub.json:4 Hub.Datasets.shop.Source: orders.amount is numeric; ", check.Output, StringComparison.Ordinal);
        Assert.Contains("error: hub.json:6 Hub.Datasets.shop.Targets.new: copy has a foreign key with CASCADE", check.Output, StringComparison.Ordinal);
        Assert.Contains("warning: hub.json:6 Hub.Datasets.shop.Targets.new: there is no table absent in ", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_TargetsLoginMayNotWrite_SaysTheGrant()
    {
        await using var target = await TestDatabase.PostgresAsync();
        var login = TestServers.RandomName("login");
        await target.RunAsync($"CREATE TABLE copy(id int PRIMARY KEY); CREATE TABLE absent(id int PRIMARY KEY); CREATE ROLE {login} LOGIN PASSWORD 'secret'; GRANT SELECT ON copy TO {login}");
        await File.WriteAllTextAsync(Path.Combine(_hand.Folder, "password"), "secret", TestContext.Current.CancellationToken);
        try
        {
            var check = await CheckAsync(
                "\"Sqlite\": \"absent.db\"",
                $"\"Postgres\": {{ \"Connection\": \"{Plain(target)};Username={login}\", \"Password\": \"file:{Path.Combine(_hand.Folder, "password")}\" }}");

            Assert.Contains($"{login} may not write copy; ", check.Output, StringComparison.Ordinal);
            Assert.Contains($"{login} may not make the schema hub", check.Output, StringComparison.Ordinal);
            Assert.Contains("warning: hub.json:4 Hub.Datasets.shop.Source: there is no ", check.Output, StringComparison.Ordinal);
        }
        finally
        {
            await target.RunAsync($"DROP OWNED BY {login}; DROP ROLE {login}");
        }
    }

    [Fact]
    public async Task Check_DatabasesAway_IsAWarning()
    {
        var check = await CheckAsync("\"Postgres\": { \"Connection\": \"Host=127.0.0.1;Port=1;Database=shop;Username=hub\" }", "\"Sqlite\": \"new.db\"");

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("warning: hub.json:4 Hub.Datasets.shop.Source: 127.0.0.1:1/shop is not reached (", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_MariaDb_IsLookedInto()
    {
        await using var legacy = await TestDatabase.MariaDbAsync();
        var server = new MySqlConnectionStringBuilder(legacy.ConnectionString);
        await legacy.RunAsync("CREATE TABLE keyless(id int); CREATE TABLE orders(id int PRIMARY KEY, address inet6)");

        var check = await CheckAsync(
            $"\"MariaDb\": {{ \"Connection\": \"Server={server.Server};Port={server.Port};Database={legacy.Name};User ID={server.UserID}\" }}, \"Kafka\": {{ \"Bootstrap\": \"kafka:9092\" }}",
            "\"Sqlite\": \"new.db\"");

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("error: hub.json:4 Hub.Datasets.shop.Source: keyless has no primary key; ", check.Output, StringComparison.Ordinal);
        Assert.Contains("error: hub.json:4 Hub.Datasets.shop.Source: orders.address is inet6; ", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_SqlServer_SaysThatItIsNotLookedInto()
    {
        var check = await CheckAsync(
            "\"SqlServer\": { \"Connection\": \"Server=db;Database=shop;User ID=hub\" }, \"Kafka\": { \"Bootstrap\": \"kafka:9092\" }", "\"Sqlite\": \"new.db\"");

        Assert.Contains("db/shop is not looked into: SQL Server is read by its Debezium connector alone", check.Output, StringComparison.Ordinal);
        Assert.Contains("hub dataset connector shop --sql", check.Output, StringComparison.Ordinal);
    }

    private static string Plain(TestDatabase database)
    {
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return $"Host={server.Host};Port={server.Port};Database={database.Name};Username={server.Username}";
    }

    private async Task<Hand.Typed> CheckAsync(string source, string target)
    {
        await File.WriteAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), $$"""
            { "ReverseProxy": { "Routes": { "all": { "ClusterId": "legacy", "Match": { "Path": "/{**rest}" } } },
              "Clusters": { "legacy": { "Destinations": { "one": { "Address": "http://127.0.0.1:1/" } } } } },
            "Hub": { "Datasets": { "shop": {
              "Source": { {{source}}, "Tables": [ "keyless", "orders" ] },
              "Targets": {
                "new": { {{target}}, "Tables": {
                  "copy": { "From": "orders", "Columns": { "id": "id" } }, "absent": { "From": "keyless", "Columns": { "id": "id" } } } } } } } } }
            """, TestContext.Current.CancellationToken);
        return await _hand.TypeAsync("check");
    }
}
