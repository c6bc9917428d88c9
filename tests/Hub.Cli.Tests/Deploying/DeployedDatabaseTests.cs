using Hub.Servers;
using Npgsql;

namespace Hub.Cli.Tests.Deploying;

/// <summary>The files that docker-compose.yml mounts into its databases, run on a real server.</summary>
public sealed class DeployedDatabaseTests
{
    [Fact]
    public async Task LegacyCapture_Dataset_IsWhatTheCommandPrints()
    {
        using var hand = new Hand();
        var typed = await hand.TypeAsync("dataset", "connector", "shop", "--sql", "-c", Checkout.File("deploy/hub.json"));

        Assert.True(
            typed.Output == await Checkout.ReadAsync("deploy/legacy-capture.sql"),
            "deploy/legacy-capture.sql is out of date: dotnet run --project gateway/Hub.Cli -- dataset connector shop --sql -c deploy/hub.json > deploy/legacy-capture.sql");
    }

    [Fact]
    public async Task PostgresSettings_CisServer_HasTheSame()
    {
        await using var database = await TestDatabase.PostgresAsync();
        var settings = (await Checkout.ReadAsync("deploy/postgresql.conf")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(line => !line.StartsWith("# Not in CI", StringComparison.Ordinal)).Where(line => !line.StartsWith('#')).Select(line => line.Split(" = ")).ToList();

        Assert.NotEmpty(settings);
        foreach (var setting in settings.Where(setting => setting[0] != "listen_addresses"))
        {
            Assert.Equal((setting[0], setting[1]), (setting[0], await database.ScalarAsync($"SHOW {setting[0]}")));
        }
    }

    [Fact]
    public async Task Legacy_AShopIsThere_AndItsWriterWrites()
    {
        await using var database = await TestDatabase.PostgresAsync();
        await database.RunAsync(await Checkout.ReadAsync("deploy/legacy.sql"));

        await database.RunAsync((await Checkout.ReadAsync("deploy/legacy-writer.sql")).Replace("\\watch 1", ";", StringComparison.Ordinal));

        Assert.Equal(12L, await database.ScalarAsync("SELECT count(*) FROM \"Category\""));
        Assert.Equal(240L, await database.ScalarAsync("SELECT count(*) FROM \"Product\" p JOIN \"Category\" c ON c.\"Id\" = p.\"CategoryId\" AND c.\"ParentId\" IS NOT NULL"));
        Assert.Equal(1L, await database.ScalarAsync("SELECT count(*) FROM \"Orders\" o WHERE \"Total\" = (SELECT sum(\"UnitPrice\") FROM \"OrderLine\" WHERE \"OrderId\" = o.\"Id\")"));
        Assert.Equal(2L, await database.ScalarAsync("SELECT count(*) FROM \"OrderLine\""));
        Assert.Equal(2L, await database.ScalarAsync("SELECT count(*) FROM \"Product\" WHERE \"UpdatedOn\" > \"CreatedOn\""));
    }

    [Fact]
    public async Task CaptureAndNew_BothDatabases_PassTheCheckOfTheHubsOwnLogin()
    {
        await using var legacy = await TestDatabase.PostgresAsync();
        await using var target = await TestDatabase.PostgresAsync();
        var login = TestServers.RandomName("login");
        // Logins and databases of a test's own, on the server that all share.
        string Own(string sql, string database, TestDatabase own) => sql
            .Replace($"DATABASE \"{database}\"", $"DATABASE \"{own.Name}\"", StringComparison.Ordinal).Replace($"DATABASE {database}", $"DATABASE {own.Name}", StringComparison.Ordinal)
            .Replace("\"hub\"", $"\"{login}\"", StringComparison.Ordinal).Replace("'hub'", $"'{login}'", StringComparison.Ordinal)
            .Replace("TO hub;", $"TO {login};", StringComparison.Ordinal).Replace("CREATE ROLE hub ", $"CREATE ROLE {login}_new ", StringComparison.Ordinal)
            .Replace("storefront", $"{login}_front", StringComparison.Ordinal);
        try
        {
            await legacy.RunAsync(await Checkout.ReadAsync("deploy/legacy.sql"));
            await legacy.RunAsync(Own(await Checkout.ReadAsync("deploy/legacy-capture.sql"), "shop", legacy));
            await target.RunAsync(Own(await Checkout.ReadAsync("deploy/new.sql"), "new", target));
            await legacy.RunAsync($"ALTER ROLE {login} PASSWORD 'secret of a test'");
            using var hand = new Hand();
            var server = new NpgsqlConnectionStringBuilder(legacy.ConnectionString);
            await File.WriteAllTextAsync(Path.Combine(hand.Folder, "password"), "secret of a test", TestContext.Current.CancellationToken);
            var config = (await Checkout.ReadAsync("deploy/hub.json"))
                .Replace("Host=legacy-db;Database=shop;Username=hub", $"Host={server.Host};Port={server.Port};Database={legacy.Name};Username={login}", StringComparison.Ordinal)
                .Replace("Host=new-db;Database=new;Username=hub", $"Host={server.Host};Port={server.Port};Database={target.Name};Username={login}", StringComparison.Ordinal)
                .Replace("/run/secrets/hub_password", Path.Combine(hand.Folder, "password"), StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(hand.Folder, "hub.json"), config, TestContext.Current.CancellationToken);

            var check = await hand.TypeAsync("check");

            Assert.DoesNotContain("error: ", check.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("Hub.Datasets.shop.Targets", check.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("not reached", string.Join('\n', check.Output.Split('\n').Where(line => line.Contains("Hub.Datasets", StringComparison.Ordinal))), StringComparison.Ordinal);
        }
        finally
        {
            await target.RunAsync($"DROP OWNED BY {login}; DROP OWNED BY {login}_new; DROP OWNED BY {login}_front; DROP ROLE {login}_new; DROP ROLE {login}_front");
            await legacy.RunAsync($"DROP OWNED BY {login}; DROP ROLE {login}");
        }
    }
}
