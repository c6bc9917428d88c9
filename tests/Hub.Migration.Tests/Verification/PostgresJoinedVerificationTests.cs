using System.Data.Common;
using Hub.ChangeFeed.Postgres;
using Hub.Migration.Applying.Postgres;
using Hub.Servers;

namespace Hub.Migration.Tests.Verification;

public sealed class PostgresJoinedVerificationTests : JoinedVerificationContract
{
    private TestDatabase? _source;
    private TestDatabase? _target;

    protected override string Kept => "hub.source_rows";

    private protected override async Task<FedTarget> StartAsync()
    {
        _source = await TestDatabase.PostgresAsync("hub_verify_old");
        _target = await TestDatabase.PostgresAsync("hub_verify_new");
        await SourceAsync(SourceSchema);
        await TargetAsync(TargetSchema);
        var source = new PostgresSource(_source.ConnectionString, "public", [PostgresCapture.Slot(FedTarget.Dataset, Name)]);
        await PostgresCapture.InstallAsync(source, FedTarget.Dataset, Tables, TestContext.Current.CancellationToken);
        return await FedTarget.StartAsync(
            """ "Postgres": { "Connection": "Host=old;Database=old" } """, """ "Postgres": { "Connection": "Host=new;Database=new" } """, source,
            () => new PostgresTarget(_target.ConnectionString, FedTarget.Dataset, Name),
            new PostgresFeed(source, FedTarget.Dataset, Name, Tables, TimeProvider.System), new Dictionary<string, string>(), Name, Tables, Mapping);
    }

    protected override async Task CloseAsync()
    {
        foreach (var database in new[] { _source, _target })
        {
            if (database is not null)
            {
                await database.DisposeAsync();
            }
        }
    }

    protected override Task SourceAsync(string sql) => _source!.RunAsync(sql);

    protected override Task TargetAsync(string sql) => _target!.RunAsync(sql);

    protected override async Task<DbConnection> OpenAsync(bool target) => await (target ? _target! : _source!).OpenAsync();
}
