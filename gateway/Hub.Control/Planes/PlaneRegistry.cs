using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Storage;

namespace Hub.Control.Planes;

/// <summary>
/// Which planes stand, what they serve and until when they can be relied on (SAFETY.md 11). Leases end by control's clock,
/// which counts from when a report came, so never before the plane's own.
/// </summary>
internal sealed class PlaneRegistry
{
    // A plane that is silent for longer is not coming back under this name.
    private static readonly TimeSpan Forget = TimeSpan.FromDays(1);

    private readonly ControlStore _store;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private volatile Published _published;

    public PlaneRegistry(ControlStore store, TimeProvider time)
    {
        (_store, _time) = (store, time);
        using var connection = store.Open();
        var now = time.GetUtcNow();
        connection.Execute($"DELETE FROM plane WHERE heard_at < {now - Forget}");
        // What was live when control went down may hold its lease still.
        var entries = connection.Query(
            $"SELECT name, role, version, api, serves, heard_at FROM plane",
            row => new PlaneEntry(
                row.GetString(0), row.GetString(1), row.GetString(2), new Uri(row.GetString(3)), "",
                RevisionId.TryParse(row.GetString(4), out var serves) ? serves : RevisionId.None, row.GetDateTimeOffset(5),
                now + PlaneTimes.Lease, [], false));
        _published = new Published(entries.ToImmutableDictionary(entry => entry.Name), NewSignal());
    }

    /// <summary>Live planes of a role, by name.</summary>
    public ImmutableArray<PlaneEntry> Live(string role)
    {
        var now = _time.GetUtcNow();
        return [.. _published.Planes.Values
            .Where(plane => plane.Role == role && plane.IsLive(now) && plane.ApiToken.Length > 0).OrderBy(plane => plane.Name, StringComparer.Ordinal)];
    }

    public ImmutableArray<PlaneView> View()
    {
        var now = _time.GetUtcNow();
        return [.. _published.Planes.Values.OrderBy(plane => plane.Role, StringComparer.Ordinal).ThenBy(plane => plane.Name, StringComparer.Ordinal)
            .Select(plane => new PlaneView(
                plane.Name, plane.Role, plane.Version, plane.Api, plane.Serves, plane.IsLive(now), plane.HeardAt, plane.Problems))];
    }

    /// <summary>By how many gateway planes a revision is served; those whose lease has ended are named.</summary>
    public ServingView Serving(RevisionId revision)
    {
        var now = _time.GetUtcNow();
        var gateways = _published.Planes.Values.Where(plane => plane.Role == "gateway").ToList();
        return new ServingView(
            gateways.Count(plane => plane.IsLive(now) && Serves(plane, revision)), gateways.Count,
            [.. gateways.Where(plane => !plane.IsLive(now)).OrderBy(plane => plane.Name, StringComparer.Ordinal)
                .Select(plane => $"{plane.Name} silent since {plane.HeardAt:HH:mm:ss}, may serve revision {plane.Serves}")]);
    }

    /// <summary>
    /// Waits until each live gateway plane serves the revision. One that went silent is waited for until its lease has
    /// ended; one that lives and does not take the revision, <paramref name="atMost"/>.
    /// </summary>
    public async Task<(bool Acknowledged, ServingView Serving)> WaitAsync(
        RevisionId revision, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var deadline = _time.GetUtcNow() + atMost;
        while (true)
        {
            var published = _published;
            var now = _time.GetUtcNow();
            var live = published.Planes.Values.Where(plane => plane.Role == "gateway" && plane.IsLive(now)).ToList();
            var behind = live.Where(plane => !Serves(plane, revision)).ToList();
            if (behind.Count == 0 || now >= deadline)
            {
                return (behind.Count == 0 && live.Count > 0, Serving(revision));
            }

            var next = behind.Min(plane => plane.LeaseUntil);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(
                published.Changed.Task, Task.Delay((next < deadline ? next : deadline) - now, _time, either.Token));
            await either.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A plane says hello. Another that holds its name is refused as long as it stands.</summary>
    public async Task<Outcome<PlaneEntry>> ConnectAsync(PlaneHello hello)
    {
        var now = _time.GetUtcNow();
        var entry = new PlaneEntry(
            hello.Plane, hello.Role, hello.Version, hello.Api, hello.ApiToken, hello.Holds, now, now + PlaneTimes.Lease, [], true, Store: hello.Store);
        lock (_lock)
        {
            var planes = _published.Planes;

            // With two stores an order that came to both would be booked twice.
            if (hello.Role == "adapters" && planes.Values.FirstOrDefault(
                plane => plane.Role == hello.Role && plane.Name != hello.Plane && plane.Connected && plane.IsLive(now)
                    && (hello.Store.Length == 0 || plane.Store != hello.Store)) is { } other)
            {
                return Refusal.Conflict(
                    $"The adapters plane {other.Name} is connected",
                    $"It is served at {other.Api}. Orders walk through one store, which knows which are booked: stop that one before {hello.Plane} takes over, and give {hello.Plane} its store; or let both share one in PostgreSQL (hub run --store).");
            }

            if (planes.TryGetValue(hello.Plane, out var old) && old.ApiToken.Length > 0 && old.ApiToken != hello.ApiToken && old.IsLive(now))
            {
                if (old.Connected)
                {
                    return Refusal.Conflict(
                        $"A plane named {hello.Plane} is connected",
                        $"It is served at {old.Api}, this one at {hello.Api}. Give each plane a name of its own; if the other one was killed, its name is free {PlaneTimes.Lease.TotalSeconds:0} s after it was heard last.");
                }

                // The instance before this one may still serve until its lease ends, so flips wait for it.
                planes = planes.SetItem(Replaced(old.Name, old.ApiToken), old);
            }

            var over = planes.Where(plane => plane.Key != plane.Value.Name && !plane.Value.IsLive(now)
                || now - plane.Value.HeardAt > Forget).Select(plane => plane.Key);
            Publish(planes.RemoveRange(over).SetItem(hello.Plane, entry));
        }

        await KeepAsync(entry);
        return entry;
    }

    /// <summary>A report renews the lease. False where this very plane has not said hello to this control.</summary>
    public async Task<bool> ReportAsync(PlaneReport report)
    {
        string name;
        lock (_lock)
        {
            // One that is replaced still reports for itself, and must not speak for its successor.
            var replaced = Replaced(report.Plane, report.ApiToken);
            name = _published.Planes.ContainsKey(replaced) ? replaced : report.Plane;
            if (!_published.Planes.TryGetValue(name, out var entry) || entry.ApiToken.Length == 0
                || (report.ApiToken.Length > 0 && report.ApiToken != entry.ApiToken))
            {
                return false;
            }

            var now = _time.GetUtcNow();
            Publish(report.Stopping
                ? _published.Planes.Remove(name)
                : _published.Planes.SetItem(name, entry with
                {
                    Serves = report.Serves,
                    Problems = report.Problems,
                    HeardAt = now,
                    LeaseUntil = now + PlaneTimes.Lease,
                    Reported = true,
                }));
        }

        if (report.Stopping && name == report.Plane)
        {
            await _store.WriteAsync(connection => connection.Execute($"DELETE FROM plane WHERE name = {report.Plane}"));
        }

        return true;
    }

    /// <summary>The stream has ended. The plane may live; its lease tells.</summary>
    public async Task DisconnectAsync(PlaneEntry connected)
    {
        PlaneEntry? entry;
        lock (_lock)
        {
            if (!_published.Planes.TryGetValue(connected.Name, out entry) || entry.ApiToken != connected.ApiToken)
            {
                return;
            }

            Publish(_published.Planes.SetItem(entry.Name, entry with { Connected = false }));
        }

        await KeepAsync(entry);
    }

    private static bool Serves(PlaneEntry plane, RevisionId revision) => plane.Reported && plane.Serves.Number >= revision.Number;

    // No plane's name has a slash in it.
    private static string Replaced(string name, string apiToken) => $"{name}/{apiToken}";

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<int> KeepAsync(PlaneEntry plane) => _store.WriteAsync(connection => connection.Execute(
        $"""
        INSERT INTO plane (name, role, version, api, serves, heard_at) VALUES ({plane.Name}, {plane.Role}, {plane.Version}, {plane.Api.ToString()}, {plane.Serves.ToString()}, {plane.HeardAt})
        ON CONFLICT (name) DO UPDATE SET role = {plane.Role}, version = {plane.Version}, api = {plane.Api.ToString()}, serves = {plane.Serves.ToString()}, heard_at = {plane.HeardAt}
        """));

    private void Publish(ImmutableDictionary<string, PlaneEntry> planes)
    {
        var last = _published;
        _published = new Published(planes, NewSignal());
        last.Changed.SetResult();
    }

    private sealed record Published(ImmutableDictionary<string, PlaneEntry> Planes, TaskCompletionSource Changed);
}
