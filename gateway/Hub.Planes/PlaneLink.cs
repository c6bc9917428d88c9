using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Hub.Control.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Refit;

namespace Hub.Planes;

/// <summary>
/// A plane's side of control's stream (SAFETY.md 11 and 12): it takes each revision, keeps a copy on disk, reports, and
/// holds the rollbacks that were made on the plane itself.
/// </summary>
/// <remarks>
/// Order of a flip: taken (requests are placed by it) → copied to disk → reported. So what control has heard of survives
/// a kill. Control down is harmless: what is <see cref="Current"/> stays.
/// </remarks>
public sealed partial class PlaneLink : BackgroundService
{
    private readonly PlaneOptions _options;
    private readonly Func<Revision, CancellationToken, ValueTask<ImmutableArray<string>>> _take;
    private readonly ImmutableArray<PlaneWatch> _watches;
    private readonly ImmutableArray<PlaneReporter> _reporters;
    private readonly PlaneStore? _store;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<PlaneLink> _logger;
    private readonly HttpClient _http;
    private readonly RevisionCopy _copy;
    private readonly OwnRollbacks _rollbacks;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _updating = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _reportNow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LinkState _state = new(null, null, RevisionId.None, null, [], [], null, null);
    private volatile bool _reachable;
    private volatile HeardSignals? _signals;
    private CancellationTokenSource? _stream;

    internal PlaneLink(
        PlaneOptions options,
        Func<Revision, CancellationToken, ValueTask<ImmutableArray<string>>> take,
        IEnumerable<PlaneWatch> watches,
        IEnumerable<PlaneReporter> reporters,
        PlaneStore? store,
        IHostApplicationLifetime lifetime,
        TimeProvider time,
        ILogger<PlaneLink> logger)
    {
        (_options, _take, _watches, _reporters, _store, _lifetime, _time, _logger) =
            (options, take, [.. watches], [.. reporters], store, lifetime, time, logger);
        Directory.CreateDirectory(options.Folder);
        _copy = new RevisionCopy(options.Folder);
        _rollbacks = new OwnRollbacks(options.Folder);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            BaseAddress = options.Control,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Token);
        Api = RestService.For<IPlaneApi>(_http, new RefitSettings(new SystemTextJsonContentSerializer(JsonSerializerOptions.Web))
        {
            // Who asks catches what HttpClient throws; a wrapper would go past them and stop the plane.
            TransportExceptionFactory = (_, exception, _) => exception,
        });
    }

    public PlaneOptions Options => _options;

    /// <summary>What requests are placed by, the plane's own rollbacks in it; null where nothing was ever taken.</summary>
    public Revision? Current => _state.Current;

    /// <summary>Completes when control answered, or <see cref="PlaneTimes.Ready"/> after the start.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The last report was answered and the lease holds.</summary>
    public bool ControlReachable => _reachable && _time.GetUtcNow() < LeaseUntil;

    /// <summary>Until when control counts on this plane, by the plane's own clock.</summary>
    public DateTimeOffset LeaseUntil => _state.LeaseUntil ?? DateTimeOffset.MinValue;

    /// <summary>How long ago control was heard last; null where it never was.</summary>
    public TimeSpan? CopyAge => _state.HeardAt is { } heard ? _time.GetUtcNow() - heard : null;

    /// <summary>What control told last beside the revision; null where it told nothing yet.</summary>
    public HeardSignals? Signals => _signals;

    /// <summary>Control's API under the plane's token. It has no time-out of its own: pass a token.</summary>
    public IPlaneApi Api { get; }

    /// <summary>The bearer token of the plane's own part of the API, drawn anew at each start.</summary>
    public string ApiToken { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>The rollbacks made here that no revision holds yet.</summary>
    public ImmutableArray<PlaneRollback> Rollbacks => _rollbacks.Pending;

    /// <summary>What is wrong with this plane, in words.</summary>
    public ImmutableArray<string> Problems
    {
        get
        {
            var state = _state;
            var problems = ProblemsOf(state);
            if (!ControlReachable)
            {
                var serves = state.Current is { } current
                    ? $"serves its copy of revision {current.Id}, {(CopyAge is { } age ? $"confirmed {age.TotalSeconds:0} s ago" : "never confirmed")}"
                    : "has no copy of a revision and can't serve";
                problems = problems.Add($"control at {_options.Control} is out of reach ({state.LinkProblem ?? "no answer yet"}); {_options.Name} {serves}");
            }

            return problems;
        }
    }

    /// <summary>
    /// Rolls a group, or all, back on this plane: kept on disk, in force when this returns, told to control as soon as it
    /// listens. Never refused (SAFETY.md 13).
    /// </summary>
    public async Task AddRollbackAsync(PlaneRollback rollback, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            Try(() => _rollbacks.Add(rollback), "the rollback is in force, but would not survive a restart");
            if (_state.Received is { } received)
            {
                await ApplyAsync(received, CancellationToken.None);
            }
        }
        finally
        {
            _turn.Release();
        }

        ReportSoon();
    }

    /// <summary>Takes the copy on disk before the plane's listeners open.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Try(_rollbacks.Load, "rollbacks made on this plane before are not known");
        Revision? copy = null;
        Try(() => copy = _copy.Read(), "the plane's copy can't be used; it waits for control");
        if (copy is not null)
        {
            Update(state => state with { HeardAt = _copy.ConfirmedAt });
            await ApplyAsync(copy, cancellationToken);
            ServesCopy(_options.Name, copy.Id, CopyAge);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Runs after the listeners have drained: until then the plane took revisions and held its lease.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_answered.Task.IsCompletedSuccessfully)
        {
            await ReportAsync(stopping: true, cancellationToken);
        }
    }

    public override void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = _lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stoppingToken);
            await Task.WhenAll(BecomeReadyAsync(stoppingToken), FollowAsync(stoppingToken), KeepReportingAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The plane stops.
        }
    }

    private async Task BecomeReadyAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAny(_answered.Task, Task.Delay(PlaneTimes.Ready, _time, stoppingToken));
        _ready.TrySetResult();
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        var stream = new ControlStream(_http, _time);
        var pause = TimeSpan.FromMilliseconds(100);
        while (!stoppingToken.IsCancellationRequested)
        {
            string reason;
            using var again = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            lock (_updating)
            {
                _stream = again;
            }

            try
            {
                await foreach (var (revision, signals) in stream.ReadAsync(await HelloAsync(again.Token), again.Token))
                {
                    pause = TimeSpan.FromMilliseconds(100);
                    Update(state => state with { HeardAt = _time.GetUtcNow() });
                    if (signals is not null)
                    {
                        _signals = new HeardSignals(signals, _time.GetUtcNow());
                    }

                    if (revision is not null)
                    {
                        await TakeAsync(revision, stoppingToken);
                        _answered.TrySetResult();
                        ReportSoon();
                    }
                }

                reason = "it closed the stream";
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                reason = again.IsCancellationRequested ? "it does not know this plane"
                    : e is OperationCanceledException ? $"nothing heard for {PlaneTimes.Silence.TotalSeconds:0} s" : e.Message;
            }

            lock (_updating)
            {
                // Before it is disposed of: a report may end it until then.
                _stream = null;
            }

            if (_state.LinkProblem != reason)
            {
                LinkBroken(_options.Name, _options.Control, reason);
            }

            Update(state => state with { LinkProblem = reason });
            _reachable = false;
            await Task.Delay(pause, _time, stoppingToken);
            pause = TimeSpan.FromMilliseconds(Math.Min(1000, pause.TotalMilliseconds * 2));
        }
    }

    private async Task<PlaneHello> HelloAsync(CancellationToken cancellationToken)
    {
        var store = _store is null ? "" : await _store(cancellationToken);
        var wanted = _state.Wanted;
        return new PlaneHello(
            _options.Name, _options.Role, ProtocolVersion.Current, typeof(PlaneLink).Assembly.GetName().Version?.ToString(3) ?? "",
            _options.Api(), ApiToken, wanted?.Id ?? RevisionId.None, _state.Received?.DocumentHash ?? "", _rollbacks.Pending,
            wanted?.Stamp ?? "", store);
    }

    private async Task KeepReportingAsync(CancellationToken stoppingToken)
    {
        await _answered.Task.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = Volatile.Read(ref _reportNow);
            await ReportAsync(stopping: false, stoppingToken);
            await Task.WhenAny(now.Task, Task.Delay(PlaneTimes.Report, _time, stoppingToken));
            Interlocked.CompareExchange(ref _reportNow, new(TaskCreationOptions.RunContinuationsAsynchronously), now);
        }
    }
}
