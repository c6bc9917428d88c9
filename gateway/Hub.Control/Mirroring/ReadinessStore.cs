using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;

namespace Hub.Control.Mirroring;

/// <summary>
/// Keeps what planes found by mirroring. It is asked from memory, and written to control's store every ten seconds: a kill
/// loses nothing, since planes tell all of it again.
/// </summary>
/// <remarks>
/// Bound: of each route a row for each plane's instance and pair of builds. Rows of instances that are silent for a day are
/// joined to one, and what is older than <see cref="Keep"/> is forgotten; of a route at most <see cref="MostOfRoute"/> are
/// kept.
/// </remarks>
internal sealed class ReadinessStore : BackgroundService
{
    public const int MostOfRoute = 64;

    public static readonly TimeSpan Keep = TimeSpan.FromDays(14);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10), Silent = TimeSpan.FromDays(1);

    private readonly ControlStore _store;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Group, string Route), ImmutableDictionary<Source, RouteSums>> _routes = [];
    private readonly ConcurrentDictionary<string, CrawlView> _crawls = new(StringComparer.Ordinal);
    private readonly HashSet<(string Group, string Route)> _changed = [];
    private readonly Dictionary<string, DateTimeOffset> _heard = new(StringComparer.Ordinal);

    public ReadinessStore(ControlStore store, TimeProvider time)
    {
        (_store, _time) = (store, time);
        using var connection = store.Open();
        foreach (var (instance, sums) in connection.Query(
            $"SELECT instance, grp, route, legacy_build, new_build, rules, samples, agreed, strict, seen, variety, first_at, last_at FROM readiness",
            row => (row.GetString(0), new RouteSums(
                row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetInt64(6), row.GetInt64(7),
                row.GetInt64(8), row.GetInt64(9), (byte[])row.GetValue(10), row.GetDateTimeOffset(11), row.GetDateTimeOffset(12)))))
        {
            Put(instance, sums);
            _heard[instance] = time.GetUtcNow();
        }

        foreach (var crawl in connection.Query($"SELECT view FROM crawl", row => JsonSerializer.Deserialize<CrawlView>(row.GetString(0), JsonSerializerOptions.Web)!))
        {
            _crawls[crawl.Group] = crawl;
        }
    }

    /// <summary>All that is known of a route.</summary>
    public IEnumerable<RouteSums> Of(string group, string route)
    {
        lock (_lock)
        {
            return _routes.TryGetValue((group, route), out var sources) ? sources.Values : [];
        }
    }

    /// <summary>The newest crawl of a group, one that runs included.</summary>
    public CrawlView? Crawl(string group) => _crawls.GetValueOrDefault(group);

    public ValueTask TakeAsync(PlaneReport report)
    {
        if (report.Mirrored is { } mirrored)
        {
            // Each start of a plane draws a token, and counts anew from then on. The token itself is no store's business.
            var instance = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{report.Plane}/{report.ApiToken}")).AsSpan(0, 8));
            lock (_lock)
            {
                _heard[instance] = _time.GetUtcNow();
                foreach (var sums in mirrored)
                {
                    Put(instance, sums);
                    _changed.Add((sums.Group, sums.Route));
                }
            }
        }

        return report.Crawls is { Length: > 0 } crawls ? KeepAsync(crawls) : ValueTask.CompletedTask;
    }

    /// <summary>Writes what changed, joins and forgets what is old.</summary>
    public async Task FlushAsync()
    {
        Dictionary<(string, string), ImmutableDictionary<Source, RouteSums>> changed;
        lock (_lock)
        {
            changed = _changed.ToDictionary(route => route, route => _routes[route] = Shrink(_routes[route]));
            _changed.Clear();
            foreach (var (instance, _) in _heard.Where(heard => heard.Value < _time.GetUtcNow() - Keep).ToList())
            {
                _heard.Remove(instance);
            }
        }

        foreach (var ((group, route), sources) in changed)
        {
            await _store.WriteAsync(connection =>
            {
                connection.Execute($"DELETE FROM readiness WHERE grp = {group} AND route = {route}");
                foreach (var (source, sums) in sources)
                {
                    Insert(connection, source.Instance, sums);
                }

                return true;
            });
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await FlushAsync();
        }
    }

    private async ValueTask KeepAsync(ImmutableArray<CrawlView> crawls)
    {
        foreach (var crawl in crawls)
        {
            var known = Crawl(crawl.Group);
            if (known is not null && (known.StartedAt > crawl.StartedAt || (known.Id == crawl.Id && known.Pages == crawl.Pages && known.EndedAt == crawl.EndedAt)))
            {
                continue;
            }

            _crawls[crawl.Group] = crawl;
            if (crawl.EndedAt is not null)
            {
                var json = JsonSerializer.Serialize(crawl, JsonSerializerOptions.Web);
                await _store.WriteAsync(connection => connection.Execute($"INSERT OR REPLACE INTO crawl (grp, view) VALUES ({crawl.Group}, {json})"));
            }
        }
    }

    private void Put(string instance, RouteSums sums)
    {
        var sources = _routes.GetValueOrDefault((sums.Group, sums.Route)) ?? ImmutableDictionary<Source, RouteSums>.Empty;
        _routes[(sums.Group, sums.Route)] = sources.SetItem(new Source(instance, sums.LegacyBuild, sums.NewBuild, sums.Rules), sums);
    }

    private ImmutableDictionary<Source, RouteSums> Shrink(ImmutableDictionary<Source, RouteSums> sources)
    {
        var now = _time.GetUtcNow();
        return sources.Where(source => source.Value.LastAt > now - Keep)
            .GroupBy(source => _heard.GetValueOrDefault(source.Key.Instance) < now - Silent ? source.Key with { Instance = "" } : source.Key)
            .Select(same => (same.Key, Sums: same.Select(source => source.Value).Aggregate(Join)))
            .OrderByDescending(source => source.Sums.LastAt).Take(MostOfRoute)
            .ToImmutableDictionary(source => source.Key, source => source.Sums);
    }

    private static RouteSums Join(RouteSums one, RouteSums other)
    {
        byte[] variety = [.. one.Variety];
        VarietySketch.Merge(variety, other.Variety);
        return one with
        {
            Samples = one.Samples + other.Samples,
            Agreed = one.Agreed + other.Agreed,
            Strict = one.Strict + other.Strict,
            Seen = one.Seen + other.Seen,
            Variety = variety,
            FirstAt = one.FirstAt < other.FirstAt ? one.FirstAt : other.FirstAt,
            LastAt = one.LastAt > other.LastAt ? one.LastAt : other.LastAt,
        };
    }

    private static void Insert(SqliteConnection connection, string instance, RouteSums sums) => connection.Execute(
        $"""
        INSERT INTO readiness (instance, grp, route, legacy_build, new_build, rules, samples, agreed, strict, seen, variety, first_at, last_at)
        VALUES ({instance}, {sums.Group}, {sums.Route}, {sums.LegacyBuild}, {sums.NewBuild}, {sums.Rules}, {sums.Samples}, {sums.Agreed},
            {sums.Strict}, {sums.Seen}, {sums.Variety}, {sums.FirstAt}, {sums.LastAt})
        """);

    /// <summary>Who counted, and what.</summary>
    private sealed record Source(string Instance, string LegacyBuild, string NewBuild, string Rules);
}
