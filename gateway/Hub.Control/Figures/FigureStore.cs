using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Storage;

namespace Hub.Control.Figures;

/// <summary>
/// What gateway planes saw, by group and minute. A plane tells a minute whole while it runs and once more after, so it is
/// overwritten, not added to: neither a lost report nor a restart of either counts anything twice or loses more than a
/// minute.
/// </summary>
/// <remarks>
/// Bound: minutes are kept for 26 hours, a row a group, minute and plane (about 300 bytes); hours for six weeks, 1,008
/// rows a group.
/// </remarks>
internal sealed class FigureStore
{
    public static readonly TimeSpan KeepMinutes = TimeSpan.FromHours(26), KeepHours = TimeSpan.FromDays(42);

    private static readonly TimeSpan Told = TimeSpan.FromMinutes(3);

    private readonly ControlStore _store;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    // What planes tell still, and how much was seen since this control's start.
    private readonly Dictionary<Key, (GroupFigures Figures, bool Dirty)> _fresh = [];
    private readonly Dictionary<string, (long Requests, long Orders)> _seen = new(StringComparer.Ordinal);

    public FigureStore(ControlStore store, TimeProvider time)
    {
        (_store, _time) = (store, time);
        using var connection = store.Open();
        foreach (var (source, figures) in connection.Query(
            $"SELECT source, grp, at, span, legacy, new FROM figure WHERE span = 60 AND at >= {(time.GetUtcNow() - Told).ToUnixTimeSeconds()}",
            row => (row.GetString(0), Row(row, 1))))
        {
            _fresh[new Key(source, figures.Group, figures.At)] = (figures, false);
        }
    }

    /// <summary>Takes a report's part. Minutes that are over for long, or have not begun, are not taken.</summary>
    public void Take(PlaneReport report)
    {
        if (report.Figures is not { } all)
        {
            return;
        }

        var now = _time.GetUtcNow();
        // Which instance of the plane it was: a restarted one begins its minute anew.
        var source = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{report.Plane} {report.ApiToken}"))[..6]);
        lock (_lock)
        {
            foreach (var figures in all.Where(figures => figures.At > now - Told && figures.At < now + Told))
            {
                var key = new Key(source, figures.Group, figures.At);
                var before = _fresh.TryGetValue(key, out var known) ? known.Figures.New : SideFigures.None;
                var (requests, orders) = _seen.GetValueOrDefault(figures.Group);
                _seen[figures.Group] = (
                    requests + Math.Max(0, figures.New.Requests - before.Requests), orders + Math.Max(0, figures.New.Orders - before.Orders));
                _fresh[key] = (figures, true);
            }
        }
    }

    /// <summary>Requests and orders of New since this control's start; it only grows.</summary>
    public (long Requests, long Orders) Seen(string group)
    {
        lock (_lock)
        {
            return _seen.GetValueOrDefault(group);
        }
    }

    /// <summary>The minutes of a group, all planes together, the oldest first.</summary>
    public List<GroupFigures> Minutes(string group, DateTimeOffset since) => Sum(ByPlane(group, since));

    /// <summary>
    /// The same until a time, at whole minutes; null where one of them is missing, or was told by fewer planes than another.
    /// </summary>
    public List<GroupFigures>? Whole(string group, DateTimeOffset since, DateTimeOffset until)
    {
        var minutes = ByPlane(group, since).Where(figures => figures.At < until).GroupBy(figures => figures.At).ToList();
        return minutes.Count == (until - since).TotalMinutes && minutes.Select(minute => minute.Count()).Distinct().Count() == 1
            ? Sum(minutes.SelectMany(minute => minute))
            : null;
    }

    /// <summary>The hours of a group that are over, the oldest first.</summary>
    public List<GroupFigures> Hours(string group, DateTimeOffset since, DateTimeOffset until)
    {
        using var connection = _store.Open();
        return connection.Query(
            $"SELECT grp, at, span, legacy, new FROM figure WHERE grp = {group} AND span = 3600 AND at >= {since.ToUnixTimeSeconds()} AND at < {until.ToUnixTimeSeconds()} ORDER BY at",
            row => Row(row, 0));
    }

    /// <summary>Writes down what came since the last time.</summary>
    public async Task KeepAsync()
    {
        List<(Key Key, GroupFigures Figures)> dirty;
        lock (_lock)
        {
            var over = _time.GetUtcNow() - Told - Told;
            foreach (var key in _fresh.Where(entry => entry.Key.At < over && !entry.Value.Dirty).Select(entry => entry.Key).ToList())
            {
                _fresh.Remove(key);
            }

            dirty = [.. _fresh.Where(entry => entry.Value.Dirty).Select(entry => (entry.Key, entry.Value.Figures))];
        }

        if (dirty.Count == 0)
        {
            return;
        }

        await _store.WriteAsync(connection => dirty.Sum(row => connection.Execute(
            $"INSERT OR REPLACE INTO figure (grp, span, at, source, legacy, new) VALUES ({row.Key.Group}, 60, {row.Key.At.ToUnixTimeSeconds()}, {row.Key.Source}, {Json(row.Figures.Legacy)}, {Json(row.Figures.New)})")));
        lock (_lock)
        {
            foreach (var (key, figures) in dirty.Where(row => _fresh.TryGetValue(row.Key, out var now) && ReferenceEquals(now.Figures, row.Figures)))
            {
                _fresh[key] = (figures, false);
            }
        }
    }

    /// <summary>Makes hours of the minutes of each hour that is over and has none yet, and forgets what is old.</summary>
    public Task<int> RollUpAsync()
    {
        var now = _time.GetUtcNow();
        // A plane tells a minute for two more.
        var end = Hour(now - Told).ToUnixTimeSeconds();
        return _store.WriteAsync(connection =>
        {
            var minutes = connection.Query(
                $"""
                SELECT grp, at, span, legacy, new FROM figure AS minute WHERE span = 60 AND at < {end} AND NOT EXISTS (
                    SELECT 1 FROM figure WHERE span = 3600 AND grp = minute.grp AND at = minute.at - minute.at % 3600)
                """,
                row => Row(row, 0));
            foreach (var hour in minutes.GroupBy(figures => (figures.Group, At: Hour(figures.At))))
            {
                var sum = Sum(hour.Select(figures => figures with { At = hour.Key.At, Seconds = 3600 })).Single();
                connection.Execute(
                    $"INSERT INTO figure (grp, span, at, source, legacy, new) VALUES ({sum.Group}, 3600, {sum.At.ToUnixTimeSeconds()}, '', {Json(sum.Legacy)}, {Json(sum.New)})");
            }

            return connection.Execute($"DELETE FROM figure WHERE span = 60 AND at < {(now - KeepMinutes).ToUnixTimeSeconds()}")
                + connection.Execute($"DELETE FROM figure WHERE span = 3600 AND at < {(now - KeepHours).ToUnixTimeSeconds()}");
        });
    }

    public static DateTimeOffset Hour(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds() / 3600 * 3600);

    private List<GroupFigures> ByPlane(string group, DateTimeOffset since)
    {
        List<(Key Key, GroupFigures Figures)> rows;
        using (var connection = _store.Open())
        {
            rows = connection.Query(
                $"SELECT source, grp, at, span, legacy, new FROM figure WHERE grp = {group} AND span = 60 AND at >= {since.ToUnixTimeSeconds()}",
                row => (row.GetString(0), Figures: Row(row, 1))).ConvertAll(row => (new Key(row.Item1, group, row.Figures.At), row.Figures));
        }

        lock (_lock)
        {
            var fresh = _fresh.Where(entry => entry.Key.Group == group && entry.Key.At >= since).ToDictionary(entry => entry.Key, entry => entry.Value.Figures);
            return [.. rows.Where(row => !fresh.ContainsKey(row.Key)).Select(row => row.Figures), .. fresh.Values];
        }
    }

    private static List<GroupFigures> Sum(IEnumerable<GroupFigures> all) =>
        [.. all.GroupBy(figures => figures.At).OrderBy(at => at.Key).Select(at => at.Aggregate((one, other) => one with
        {
            Legacy = one.Legacy.Plus(other.Legacy),
            New = one.New.Plus(other.New),
        }))];

    private static GroupFigures Row(Microsoft.Data.Sqlite.SqliteDataReader row, int at) => new(
        row.GetString(at), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(at + 1)), row.GetInt32(at + 2),
        Side(row.GetString(at + 3)), Side(row.GetString(at + 4)));

    // A list of numbers in the order of the record: it is written each second for each group.
    private static string Json(SideFigures side) => JsonSerializer.Serialize<IEnumerable<long>>(
    [
        side.Requests, side.Errors, side.Fallbacks, side.Orders, side.JourneysBegun, side.JourneysCompleted, side.MoneyMismatches, .. side.Latency,
    ]);

    private static SideFigures Side(string json)
    {
        var numbers = JsonSerializer.Deserialize<ImmutableArray<long>>(json);
        return new SideFigures(
            numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7..]);
    }

    private sealed record Key(string Source, string Group, DateTimeOffset At);
}
