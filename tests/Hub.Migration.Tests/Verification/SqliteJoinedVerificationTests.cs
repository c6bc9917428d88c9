using System.Data.Common;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Applying.Sqlite;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Tests.Verification;

public sealed class SqliteJoinedVerificationTests : JoinedVerificationContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-verify-").FullName;

    protected override string Kept => "hub_source_rows";

    private string Source => Path.Combine(_folder, "legacy.db");

    private string Target => Path.Combine(_folder, "new.db");

    private protected override async Task<FedTarget> StartAsync()
    {
        await SourceAsync(SourceSchema);
        await TargetAsync(TargetSchema);
        var source = new SqliteSource(Source);
        var captured = new SqliteCapture(source).Install(FedTarget.Dataset, Tables);
        return await FedTarget.StartAsync(
            $"\"Sqlite\": \"{Source}\"", $"\"Sqlite\": \"{Target}\"", source, () => new SqliteTarget(Target, FedTarget.Dataset, Name) { Durable = false },
            new SqliteFeed(source, FedTarget.Dataset, Name, Tables, TimeProvider.System), captured.Lineages, Name, Tables, Mapping);
    }

    protected override Task CloseAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    protected override Task SourceAsync(string sql) => RunAsync(target: false, sql);

    protected override Task TargetAsync(string sql) => RunAsync(target: true, sql);

    protected override Task<DbConnection> OpenAsync(bool target) => Task.FromResult<DbConnection>(new SqliteFile(target ? Target : Source, durable: false).Open());

    private async Task RunAsync(bool target, string sql)
    {
        await using var connection = await OpenAsync(target);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
