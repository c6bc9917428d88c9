using Hub.ChangeFeed.Postgres;
using Hub.Migration.Applying.Postgres;
using Hub.Servers;

namespace Hub.Migration.Tests.Verification;

public sealed class PostgresVerificationTests : VerificationContract
{
    private TestDatabase? _source;
    private TestDatabase? _target;

    private protected override async Task<FedTarget> StartAsync()
    {
        _source = await TestDatabase.PostgresAsync("hub_verify_old");
        _target = await TestDatabase.PostgresAsync("hub_verify_new");

        // A collation in which capitals do not come first, on one side alone.
        await SourceAsync("""
            CREATE TABLE thing(id BIGINT PRIMARY KEY, code TEXT NOT NULL, amount NUMERIC(12,2), at TIMESTAMP, flag SMALLINT, n BIGINT, note TEXT);
            CREATE TABLE sold(id BIGINT PRIMARY KEY, state TEXT, buyer TEXT);
            CREATE TABLE blank(id BIGINT PRIMARY KEY, name TEXT);
            CREATE TABLE tagged(tag TEXT COLLATE "und-x-icu" PRIMARY KEY, n BIGINT);
            """);
        await TargetAsync("""
            CREATE TABLE thing(id BIGINT PRIMARY KEY, code TEXT NOT NULL, amount NUMERIC(12,2), at TIMESTAMPTZ, flag BOOLEAN, n BIGINT, note TEXT);
            CREATE TABLE sold(id BIGINT PRIMARY KEY, state TEXT, buyer TEXT);
            CREATE TABLE blank(id BIGINT PRIMARY KEY, name TEXT);
            CREATE TABLE tagged(tag TEXT COLLATE "C" PRIMARY KEY, n BIGINT);
            """);

        // A slot's name is the whole server's.
        var source = new PostgresSource(_source.ConnectionString, "public", [PostgresCapture.Slot(FedTarget.Dataset, _source.Name)]);
        await PostgresCapture.InstallAsync(source, FedTarget.Dataset, FedTarget.Tables, TestContext.Current.CancellationToken);
        return await FedTarget.StartAsync(
            """ "Postgres": { "Connection": "Host=old;Database=old" } """, """ "Postgres": { "Connection": "Host=new;Database=new" } """, source,
            () => new PostgresTarget(_target.ConnectionString, FedTarget.Dataset, FedTarget.Name),
            new PostgresFeed(source, FedTarget.Dataset, _source.Name, FedTarget.Tables, TimeProvider.System), new Dictionary<string, string>());
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
}
