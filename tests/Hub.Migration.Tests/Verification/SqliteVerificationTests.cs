using Hub.ChangeFeed.Embedded;
using Hub.Migration.Applying.Sqlite;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Tests.Verification;

public sealed class SqliteVerificationTests : VerificationContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-verify-").FullName;

    private string Source => Path.Combine(_folder, "legacy.db");

    private string Target => Path.Combine(_folder, "new.db");

    private protected override async Task<FedTarget> StartAsync()
    {
        Run(Source, """
            CREATE TABLE thing(id INTEGER PRIMARY KEY, code TEXT NOT NULL, amount NUMERIC, at TEXT, flag INTEGER, n INTEGER, note TEXT);
            CREATE TABLE sold(id INTEGER PRIMARY KEY, state TEXT, buyer TEXT);
            CREATE TABLE blank(id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE tagged(tag TEXT PRIMARY KEY NOT NULL COLLATE NOCASE, n INTEGER);
            """);
        Run(Target, """
            CREATE TABLE thing(id INTEGER PRIMARY KEY, code TEXT NOT NULL, amount TEXT, at TEXT, flag INTEGER, n INTEGER, note TEXT);
            CREATE TABLE sold(id INTEGER PRIMARY KEY, state TEXT, buyer TEXT);
            CREATE TABLE blank(id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE tagged(tag TEXT PRIMARY KEY NOT NULL, n INTEGER);
            """);
        var source = new SqliteSource(Source);
        var captured = new SqliteCapture(source).Install(FedTarget.Dataset, FedTarget.Tables);
        return await FedTarget.StartAsync(
            $"\"Sqlite\": \"{Source}\"", $"\"Sqlite\": \"{Target}\"", source, () => new SqliteTarget(Target, FedTarget.Dataset, FedTarget.Name) { Durable = false },
            new SqliteFeed(source, FedTarget.Dataset, FedTarget.Name, FedTarget.Tables, TimeProvider.System), captured.Lineages);
    }

    protected override Task CloseAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    protected override Task SourceAsync(string sql)
    {
        Run(Source, sql);
        return Task.CompletedTask;
    }

    protected override Task TargetAsync(string sql)
    {
        Run(Target, sql);
        return Task.CompletedTask;
    }

    private static void Run(string path, string sql)
    {
        using var connection = new SqliteFile(path, durable: false).Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
