using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Confluent.Kafka;
using Hub.Configuration;
using Hub.Control.Protocol;
using Hub.Migration.Debezium;
using Hub.Migration.Pipelines;
using Hub.Running.Changes;
using Hub.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using MySqlConnector;
using Npgsql;

namespace Hub.Migration.Tests.Snapshots;

/// <summary>A small shop on a real server, its Debezium connector, New's store in PostgreSQL and a migration plane whose dataset is copied by signal.</summary>
internal sealed class SignalledShop : IAsyncDisposable
{
    private readonly string _login = TestServers.RandomName("login");
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-secret-").FullName;
    private readonly LegacyDialect _dialect;
    private MigrationPlane? _plane;
    private DebeziumConnector? _connector;
    private bool _isSetUp;

    private SignalledShop(LegacyDialect dialect, TestDatabase legacy, TestDatabase target) => (_dialect, Legacy, New) = (dialect, legacy, target);

    public string Dataset { get; } = TestServers.RandomName("d");

    public TestDatabase Legacy { get; }

    public TestDatabase New { get; }

    /// <summary>The login of connector and hub.</summary>
    public string Login => _login;

    /// <summary>The connector's table of signals.</summary>
    public string Signals => $"hub_{Dataset}_signal";

    public string Topic => $"hub.{Dataset}.changes";

    public TargetPipeline Target => _plane!.Standing.Pipelines[Dataset].Targets.First();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="tables">Further tables at legacy, each of an id and a text, that the connector captures too.</param>
    public static async Task<SignalledShop> StartAsync(LegacyDialect dialect, params string[] tables)
    {
        var legacy = dialect == LegacyDialect.Postgres ? await TestDatabase.PostgresAsync("sig_legacy") : await TestDatabase.MariaDbAsync("sig_legacy");
        var shop = new SignalledShop(dialect, legacy, await TestDatabase.PostgresAsync("sig_new"));
        try
        {
            await shop.SetUpAsync(tables);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a plane; one that runs already is stopped first.</summary>
    /// <param name="tables">As the connector's, or others.</param>
    /// <param name="second">The dataset has a second target.</param>
    public async Task StartPlaneAsync(string[] tables, TestDatabase? second = null)
    {
        await StopPlaneAsync();
        _plane = new MigrationPlane(
            new MigrationOptions { Folder = _folder }, (_, _) => Task.FromResult(true), OneTarget.Metrics, TimeProvider.System, NullLogger<MigrationPlane>.Instance);
        Assert.Empty(await _plane.TakeAsync(
            new Revision(
                new RevisionId("00000001", 1), DateTimeOffset.UnixEpoch, "", Document(tables, second), ImmutableSortedDictionary<string, GroupState>.Empty,
                ImmutableSortedDictionary<string, DatasetState>.Empty, null, [], new PlaneKeys([], [])),
            Token));
    }

    public async Task StopPlaneAsync()
    {
        if (_plane is { } plane)
        {
            _plane = null;
            await plane.StopAsync(CancellationToken.None);
            plane.Dispose();
        }
    }

    public Task<DatasetView> ViewAsync()
    {
        var dataset = _plane!.Standing.Wanted.Single();
        return DatasetViews.MakeAsync(
            dataset, _plane.Standing.Pipelines.GetValueOrDefault(dataset.Name), _plane.Elsewhere(dataset), revision: null, TimeProvider.System.GetUtcNow(), Token);
    }

    /// <summary>Waits until it holds of the dataset as the plane shows it.</summary>
    public async Task UntilAsync(string what, Func<DatasetView, bool> found)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var view = await ViewAsync(); !found(view); view = await ViewAsync())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(3),
                $"{what} has not come about: {view.State}, {view.Targets.FirstOrDefault()?.Copy}, {string.Join(" | ", view.Problems)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }

    /// <summary>Waits until all that legacy has committed by now is applied, and no table is being copied.</summary>
    public Task CaughtUpAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        return UntilAsync("that it has caught up", view => view.State == "running" && view.AppliedAt > now);
    }

    /// <summary>Writes at random until it is stopped.</summary>
    public async Task WriteAsync(int seed, int writer, CancellationToken stop)
    {
        await using var connection = await Legacy.OpenAsync();
        await new RandomWriter(connection, _dialect, seed, writer).RunAsync(stop, perSecond: 40);
    }

    /// <summary>Customers that no random writer touches, to make the table long.</summary>
    public Task RegisterAsync(int from, int to) => Legacy.RunAsync(_dialect == LegacyDialect.Postgres
        ? $"insert into customer select g, 'bulk' || g || '@shop.test', 'n', null, null, true, now() from generate_series({from}, {to}) g"
        : $"insert into customer select seq, concat('bulk', seq, '@shop.test'), 'n', null, null, 1, now(6) from seq_{from}_to_{to}");

    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        await using DbConnection legacy = await Legacy.OpenAsync(), target = await New.OpenAsync();
        return await ShopComparison.DifferencesAsync(legacy, target);
    }

    /// <summary>How many signals of a type were written.</summary>
    public async Task<long> SignalledAsync(string type) =>
        Convert.ToInt64(await Legacy.ScalarAsync($"select count(*) from {Signals} where type = '{type}'"), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await StopPlaneAsync();
        if (_connector is not null && _isSetUp)
        {
            await _connector.RemoveAsync(_ => { }, CancellationToken.None);
            using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = TestServers.Kafka }).Build();
            await admin.DeleteTopicsAsync([Topic]);
        }

        await Legacy.DisposeAsync();
        await New.DisposeAsync();
        await using DbConnection server = _dialect == LegacyDialect.Postgres ? new NpgsqlConnection(TestServers.Postgres) : new MySqlConnection(TestServers.MariaDb);
        await server.OpenAsync(CancellationToken.None);
        await using var drop = server.CreateCommand();
        drop.CommandText = _dialect == LegacyDialect.Postgres ? $"drop role if exists {_login}" : $"drop user if exists {_login}";
        await drop.ExecuteNonQueryAsync(CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task SetUpAsync(string[] tables)
    {
        await Legacy.RunAsync(_dialect.Tables);
        await New.RunAsync(LegacyDialect.Target);
        foreach (var table in tables)
        {
            await Legacy.RunAsync($"create table {table}(id bigint primary key, note varchar(40))");
            await New.RunAsync($"create table {table}(id bigint primary key, note text)");
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), "secret", Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "new"), new NpgsqlConnectionStringBuilder(New.ConnectionString).Password ?? "none", Token);
        var problems = new List<ConfigProblem>();
        _connector = DebeziumConnector.Read(ConfigNode.Read(Document(tables, second: null), problems)!, Dataset, problems);
        Assert.Empty(problems);
        await Legacy.RunAsync(_connector!.InstallSql);
        await Legacy.RunAsync(_dialect == LegacyDialect.Postgres
            ? $"alter role {_login} password 'secret'"
            : $"alter user '{_login}'@'%' identified by 'secret' account unlock");
        _isSetUp = true;
        await _connector.ApplyAsync(reveal: true, _ => { }, TimeProvider.System, Token);
    }

    private string Document(string[] tables, TestDatabase? second)
    {
        DbConnectionStringBuilder server = _dialect == LegacyDialect.Postgres ? new NpgsqlConnectionStringBuilder(Legacy.ConnectionString) : new MySqlConnectionStringBuilder(Legacy.ConnectionString);
        var legacy = server is NpgsqlConnectionStringBuilder postgres
            ? $"Host={postgres.Host};Port={postgres.Port};Database={postgres.Database};Username={_login}"
            : $"Server={server["Server"]};Port={server["Port"]};Database={Legacy.Name};User ID={_login}";
        var mapping = LegacyDialect.Mapping.TrimEnd().TrimEnd('}') + string.Concat(
            tables.Select(table => $$""", "{{table}}": { "From": "{{table}}", "Columns": { "id": "id", "note": "note" } }""")) + "}";
        var targets = new[] { New, second }.OfType<TestDatabase>().Select((database, number) =>
        {
            var target = new NpgsqlConnectionStringBuilder(database.ConnectionString);
            return $$"""
                "new{{number}}": { "Postgres": { "Connection": "Host={{target.Host}};Port={{target.Port}};Database={{target.Database}};Username={{target.Username}}", "Password": "file:{{_folder}}/new" }, "Tables": {{mapping}} }
                """;
        });
        return $$"""
            { "Hub": { "Datasets": { "{{Dataset}}": {
              "Source": {
                "{{_dialect.Source}}": { "Connection": "{{legacy}}", "Password": "file:{{_folder}}/password" },
                "Kafka": { "Bootstrap": "{{TestServers.Kafka}}", "Connect": "{{TestServers.Connect}}" },
                "Tables": [ "customer", "orders", "order_line"{{string.Concat(tables.Select(table => $", \"{table}\""))}} ], "TimeZone": "{{LegacyDialect.Zone}}",
                "Snapshot": { "By": "signal", "ChunkRows": 200 } },
              "Targets": { {{string.Join(", ", targets)}} },
              "Verify": { "RowsPerSecond": 0 } } } } }
            """;
    }
}
