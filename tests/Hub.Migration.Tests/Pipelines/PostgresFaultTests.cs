using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Hub.Control.Protocol;
using Hub.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hub.Migration.Tests.Pipelines;

/// <summary>A plane from PostgreSQL to PostgreSQL without a broker, while the ends fail it.</summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    private readonly List<MigrationPlane> _planes = [];
    private TestDatabase _legacy = null!;
    private TestDatabase _target = null!;

    public async ValueTask InitializeAsync()
    {
        (_legacy, _target) = (await TestDatabase.PostgresAsync("faults_legacy"), await TestDatabase.PostgresAsync("faults_target"));
        await _legacy.RunAsync("create table item (id int primary key, name text); insert into item select i, 'a' from generate_series(1, 100) i");
        await _target.RunAsync("create table item (id int primary key, name text)");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var plane in _planes)
        {
            await plane.StopAsync(CancellationToken.None);
            plane.Dispose();
        }

        await _legacy.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Dataset_TakenOutOfTheConfig_LeavesNothingInLegacysDatabase()
    {
        var plane = Plane();
        await TakeAsync(plane, Document());
        await ArrivedAsync();

        await TakeAsync(plane, "{}");

        Assert.Equal("0 0", await _legacy.ScalarAsync(
            """
            select (select count(*) from pg_replication_slots where database = current_database()) || ' '
            || (select count(*) from pg_publication) + (select count(*) from pg_class where relname = 'hub_watermark')
            """));
    }

    [Fact]
    public async Task Target_WithoutRoomForAWhile_IsWaitedForAndNothingGoesIntoQuarantine()
    {
        await _target.RunAsync(
            """
            create function full_disk() returns trigger language plpgsql as 'begin raise exception ''no space left on device'' using errcode = ''53100''; end';
            """);
        var plane = Plane();
        await TakeAsync(plane, Document());
        await ArrivedAsync();

        await _target.RunAsync("create trigger full_disk before insert or update on item execute function full_disk()");
        await _legacy.RunAsync("insert into item select i, 'b' from generate_series(101, 200) i; update item set name = 'c' where id < 50");
        await UntilAsync(() => Task.FromResult(plane.Standing.Pipelines[_legacy.Name].Targets.Single().Status.Problems.Any(problem => problem.Contains("no space left", StringComparison.Ordinal))));
        await _target.RunAsync("drop trigger full_disk on item");

        await ArrivedAsync();
        Assert.Equal(0L, await _target.ScalarAsync("select count(*) from hub.quarantine"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Network_CutForAWhile_LosesNothing(bool toSource)
    {
        await using var wire = new Wire(toSource ? _legacy : _target);
        var plane = Plane();
        await TakeAsync(plane, toSource ? Document(legacy: wire.ConnectionString) : Document(target: wire.ConnectionString));
        await ArrivedAsync();

        for (var round = 0; round < 3; round++)
        {
            var writing = _legacy.RunAsync($"insert into item select i, 'b' from generate_series({1000 + (round * 3000)}, {3999 + (round * 3000)}) i; update item set name = name || 'c'");
            wire.Cut();
            await writing;
            await _legacy.RunAsync($"delete from item where id = {round + 1}");
            wire.Mend();
        }

        await ArrivedAsync();
        Assert.Equal(0L, await _target.ScalarAsync("select count(*) from hub.quarantine"));
    }

    [Fact]
    public async Task SecondPlane_GoesOnWhereTheFirstIsGone()
    {
        var (first, second) = (Plane(), Plane());
        await TakeAsync(first, Document());
        await ArrivedAsync();
        await TakeAsync(second, Document());
        await _legacy.RunAsync("insert into item values (101, 'b')");
        await ArrivedAsync();
        Assert.Equal(1L, await _target.ScalarAsync("select epoch from hub.positions"));

        await first.StopAsync(CancellationToken.None);
        await _legacy.RunAsync("insert into item values (102, 'b')");

        await ArrivedAsync();
    }

    [Fact]
    public async Task Target_TakenByAnotherThatIsGone_IsFedAgain()
    {
        await TakeAsync(Plane(), Document());
        await ArrivedAsync();

        await _target.RunAsync("update hub.positions set epoch = epoch + 1");
        await _legacy.RunAsync("insert into item values (101, 'b')");

        await ArrivedAsync();
    }

    private MigrationPlane Plane()
    {
        var plane = new MigrationPlane(
            new MigrationOptions { Folder = Path.GetTempPath() }, (_, _) => Task.FromResult(true), OneTarget.Metrics, TimeProvider.System, NullLogger<MigrationPlane>.Instance);
        _planes.Add(plane);
        return plane;
    }

    // A dataset's name is in its slots' names, and those are the whole server's.
    private string Document(string? legacy = null, string? target = null) => $$"""
        { "Hub": { "Datasets": { "{{_legacy.Name}}": {
          "Source": { "Postgres": { "Connection": "{{legacy ?? _legacy.ConnectionString}}" }, "Tables": ["item"] },
          "Targets": { "new": { "Postgres": { "Connection": "{{target ?? _target.ConnectionString}}" }, "Tables": { "item": { "From": "item", "Columns": { "id": "id", "name": "name" } } } } }
        } } } }
        """;

    private static async Task TakeAsync(MigrationPlane plane, string document) => Assert.Empty(await plane.TakeAsync(
        new Revision(
            new RevisionId("00000001", 1), DateTimeOffset.UnixEpoch, "", document, ImmutableSortedDictionary<string, GroupState>.Empty,
            ImmutableSortedDictionary<string, DatasetState>.Empty, null, [], new PlaneKeys([], [])),
        CancellationToken.None));

    private async Task ArrivedAsync()
    {
        const string All = "select coalesce(string_agg(id || name, ',' order by id), '') from item";
        var wanted = await _legacy.ScalarAsync(All);
        await UntilAsync(async () => wanted!.Equals(await _target.ScalarAsync(All)));
    }

    private async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await condition())
        {
            Assert.False(deadline.IsCancellationRequested, string.Join(" ", _planes.SelectMany(plane => plane.Standing.Pipelines.Values).SelectMany(
                pipeline => pipeline.SourceProblems.Concat(pipeline.Targets.SelectMany(target => target.Status.Problems.Prepend($"{target.Status.State}"))))));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>A way to a server that can be cut: what is under way is dropped, in both directions, and nothing connects.</summary>
    private sealed class Wire : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> _ends = [];
        private readonly NpgsqlConnectionStringBuilder _to;
        private readonly Task _accepting;
        private bool _cut;

        public Wire(TestDatabase to)
        {
            _to = new NpgsqlConnectionStringBuilder(to.ConnectionString);
            _listener.Start();
            ConnectionString = new NpgsqlConnectionStringBuilder(to.ConnectionString) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.ConnectionString;
            _accepting = AcceptAsync();
        }

        public string ConnectionString { get; }

        public void Cut()
        {
            lock (_ends)
            {
                _cut = true;
                _ends.ForEach(end => end.Dispose());
                _ends.Clear();
            }
        }

        public void Mend()
        {
            lock (_ends)
            {
                _cut = false;
            }
        }

        public async ValueTask DisposeAsync()
        {
            Cut();
            _listener.Stop();
            await _accepting;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var near = await _listener.AcceptTcpClientAsync();
                    var far = new TcpClient();
                    lock (_ends)
                    {
                        if (_cut)
                        {
                            near.Dispose();
                            continue;
                        }

                        _ends.AddRange([near, far]);
                    }

                    await far.ConnectAsync(_to.Host!, _to.Port);
                    _ = PassAsync(near, far);
                    _ = PassAsync(far, near);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It is stopped.
            }
        }

        private static async Task PassAsync(TcpClient from, TcpClient to)
        {
            try
            {
                await from.GetStream().CopyToAsync(to.GetStream());
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut.
            }

            from.Dispose();
            to.Dispose();
        }
    }
}
