using System.Collections.Immutable;
using System.Globalization;
using Confluent.Kafka;
using Hub.Configuration;
using Hub.Control.Protocol;
using Hub.Migration.Debezium;
using Hub.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hub.Migration.Tests.Pipelines;

/// <summary>A dataset that comes by Debezium and Kafka, on two planes.</summary>
public sealed class KafkaPlaneTests : IAsyncLifetime
{
    private readonly string _dataset = TestServers.RandomName("d");
    private readonly string _login = TestServers.RandomName("login");
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-secret-").FullName;
    private readonly List<MigrationPlane> _planes = [];
    private TestDatabase? _legacy;
    private TestDatabase? _new;
    private DebeziumConnector? _connector;

    private TestDatabase Legacy => _legacy!;

    private TestDatabase New => _new!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var kafka = TestServers.Kafka;
        _legacy = await TestDatabase.PostgresAsync("kp_legacy");
        _new = await TestDatabase.PostgresAsync("kp_new");
        await Legacy.RunAsync("create table product (id bigint primary key, name text, price numeric(12,2)); insert into product values (1, 'before', 1)");
        await New.RunAsync("create table product (id bigint primary key, name text, price numeric(12,2))");
        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), "secret", Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "new"), new NpgsqlConnectionStringBuilder(New.ConnectionString).Password ?? "none", Token);
        var problems = new List<ConfigProblem>();
        _connector = DebeziumConnector.Read(ConfigNode.Read(Document(kafka), problems)!, _dataset, problems);
        Assert.Empty(problems);
        await Legacy.RunAsync(_connector!.InstallSql);
        await Legacy.RunAsync($"alter role {_login} password 'secret'");
        await _connector.ApplyAsync(reveal: true, _ => { }, TimeProvider.System, Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var plane in _planes)
        {
            await plane.StopAsync(CancellationToken.None);
            plane.Dispose();
        }

        if (_connector is not null)
        {
            await _connector.RemoveAsync(_ => { }, CancellationToken.None);
            using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = TestServers.Kafka }).Build();
            await admin.DeleteTopicsAsync([$"hub.{_dataset}.changes"]);
        }

        foreach (var database in new[] { _legacy, _new }.OfType<TestDatabase>())
        {
            await database.DisposeAsync();
        }

        if (_legacy is not null)
        {
            await using var server = new NpgsqlConnection(TestServers.Postgres);
            await server.OpenAsync(CancellationToken.None);
            await using var drop = new NpgsqlCommand($"drop role if exists {_login}", server);
            await drop.ExecuteNonQueryAsync(CancellationToken.None);
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Dataset_RunsOnOnePlaneAndGoesOnElsewhere_AndTellsOfItsColumns()
    {
        // Both are told of it, one is given it.
        await StartAsync();
        await UntilAsync(() => Task.FromResult(_planes[0].Standing.Pipelines.ContainsKey(_dataset)));
        await StartAsync();
        await UntilAsync(() => IsAsync("1 before 1.00"));
        Assert.Single(_planes, plane => plane.Standing.Pipelines.ContainsKey(_dataset));
        Assert.Single(_planes.SelectMany(plane => plane.Parity()));
        var (runs, other) = _planes[0].Standing.Pipelines.ContainsKey(_dataset) ? (_planes[0], _planes[1]) : (_planes[1], _planes[0]);
        var view = await ViewAsync(other);
        Assert.Equal("waiting", view.State);
        Assert.Contains("another one runs it", view.Problems.Single(), StringComparison.Ordinal);

        // One that stops leaves it to the other.
        await runs.StopAsync(CancellationToken.None);
        await Legacy.RunAsync("insert into product values (2, 'after', 2)");
        await UntilAsync(() => IsAsync("1 before 1.00,2 after 2.00"));
        await UntilAsync(() => Task.FromResult(other.Standing.Pipelines.ContainsKey(_dataset)));
        await UntilAsync(async () => await ViewAsync(other) is { State: "running" });

        // A column that comes is told, one that is mapped and gets another type, or goes, pauses it.
        await Legacy.RunAsync("alter table product add column colour text; insert into product values (3, 'third', 3, 'red')");
        await UntilAsync(() => IsAsync("1 before 1.00,2 after 2.00,3 third 3.00"));
        await UntilAsync(async () => (await ViewAsync(other)).Problems.Any(problem => problem.Contains("new column colour", StringComparison.Ordinal)));
        await Legacy.RunAsync("alter table product alter column name type varchar(80)");
        await UntilAsync(async () => await ViewAsync(other) is { State: "paused" } paused
            && paused.Problems.Any(problem => problem.Contains("product.name is character varying(80) and was text", StringComparison.Ordinal)));
        await other.Standing.Pipelines[_dataset].Targets.Single().ResumeAsync(snapshot: false, Token);
        await Legacy.RunAsync("update product set name = 'again' where id = 3");
        await UntilAsync(() => IsAsync("1 before 1.00,2 after 2.00,3 again 3.00"));
        await Legacy.RunAsync("alter table product drop column price; insert into product values (4, 'fourth', 'blue')");
        await UntilAsync(async () => await ViewAsync(other) is { State: "paused" } paused && paused.Problems.Any(problem => problem.Contains("no column price", StringComparison.Ordinal)));
        Assert.True(await IsAsync("1 before 1.00,2 after 2.00,3 again 3.00"));
    }

    private async Task StartAsync()
    {
        var plane = new MigrationPlane(
            new MigrationOptions { Folder = _folder }, (_, _) => Task.FromResult(true), OneTarget.Metrics, TimeProvider.System, NullLogger<MigrationPlane>.Instance);
        _planes.Add(plane);
        Assert.Empty(await plane.TakeAsync(
            new Revision(
                new RevisionId("00000001", 1), DateTimeOffset.UnixEpoch, "", Document(TestServers.Kafka), ImmutableSortedDictionary<string, GroupState>.Empty,
                ImmutableSortedDictionary<string, DatasetState>.Empty, null, [], new PlaneKeys([], [])),
            Token));
    }

    private static Task<DatasetView> ViewAsync(MigrationPlane plane)
    {
        var dataset = plane.Standing.Wanted.Single();
        return DatasetViews.MakeAsync(
            dataset, plane.Standing.Pipelines.GetValueOrDefault(dataset.Name), plane.Elsewhere(dataset), revision: null, TimeProvider.System.GetUtcNow(), Token);
    }

    private async Task<bool> IsAsync(string rows) =>
        (string?)await New.ScalarAsync("select string_agg(id || ' ' || name || ' ' || price, ',' order by id) from product") == rows;

    private string Document(string kafka)
    {
        var (legacy, target) = (new NpgsqlConnectionStringBuilder(Legacy.ConnectionString), new NpgsqlConnectionStringBuilder(New.ConnectionString));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            { "Hub": { "Datasets": { "{{_dataset}}": {
              "Source": {
                "Postgres": { "Connection": "Host={{legacy.Host}};Port={{legacy.Port}};Database={{legacy.Database}};Username={{_login}}", "Password": "file:{{_folder}}/password" },
                "Kafka": { "Bootstrap": "{{kafka}}", "Connect": "{{TestServers.Connect}}" }, "Tables": [ "product" ] },
              "Targets": { "new": {
                "Postgres": { "Connection": "Host={{target.Host}};Port={{target.Port}};Database={{target.Database}};Username={{target.Username}}", "Password": "file:{{_folder}}/new" },
                "Tables": { "product": { "From": "product", "Columns": { "id": "id", "name": "name", "price": "price" } } } } } } } } }
            """);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, deadline.Token);
        }
    }
}
