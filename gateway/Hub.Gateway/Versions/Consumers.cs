using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Versions;

/// <summary>
/// Who still calls what: requests by route and consumer, for routes that have <c>Access</c> or <c>Version</c>. A consumer is
/// named by its API key, else by its token's client, else by the family of its user agent.
/// </summary>
/// <remarks>
/// Of at most 5,000 pairs, some 1 MB; what comes beyond is counted as <c>(others)</c> of its route. It is written to
/// <c>consumers.json</c> in the plane's folder each minute and at the end: a kill loses a minute.
/// </remarks>
internal sealed partial class Consumers(
    GatewayOptions options, GatewayState state, TimeProvider time, ILogger<Consumers> logger) : BackgroundService
{
    private const int MostPairs = 5_000;
    private const string Others = "(others)";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Route, string Consumer, string Kind), Tally> _tallies = new();
    private int _pairs;
    private volatile bool _changed;

    private string File => Path.Combine(options.Folder, "consumers.json");

    public void Count(HttpContext context, Exchange exchange)
    {
        var (consumer, kind) = exchange.Consumer is { } known
            ? (known, exchange.RouteRules!.Access!.Consumers?.Contains(known) == true ? "key" : "client")
            : (AgentFamily.Of(context.Request.Headers.UserAgent), "agent");
        var tally = Find((exchange.RouteId, consumer, kind), exchange.Milliseconds);
        Interlocked.Increment(ref tally.Requests);
        Volatile.Write(ref tally.LastAt, exchange.Milliseconds);
        _changed = true;
    }

    public ImmutableArray<ConsumerView> View()
    {
        var rules = state.Model?.RouteRules;
        return
        [
            .. _tallies.Select(tally =>
            {
                var version = rules?.GetValueOrDefault(tally.Key.Route)?.Version;
                return new ConsumerView(
                    tally.Key.Consumer, tally.Key.Kind, tally.Key.Route, version?.Name, Volatile.Read(ref tally.Value.Requests),
                    DateTimeOffset.FromUnixTimeMilliseconds(tally.Value.FirstAt),
                    DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref tally.Value.LastAt)),
                    version?.Config.Deprecated, version?.Config.Sunset);
            }),
        ];
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Load();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Save();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Save();
        }
    }

    private Tally Find((string Route, string Consumer, string Kind) pair, long milliseconds)
    {
        if (_tallies.TryGetValue(pair, out var known))
        {
            return known;
        }

        if (Volatile.Read(ref _pairs) >= MostPairs && pair.Consumer != Others)
        {
            return Find((pair.Route, Others, "agent"), milliseconds);
        }

        var added = new Tally { FirstAt = milliseconds };
        var tally = _tallies.GetOrAdd(pair, added);
        if (ReferenceEquals(tally, added))
        {
            Interlocked.Increment(ref _pairs);
        }

        return tally;
    }

    private void Load()
    {
        try
        {
            foreach (var kept in System.IO.File.Exists(File)
                ? JsonSerializer.Deserialize<ImmutableArray<ConsumerView>>(System.IO.File.ReadAllBytes(File), JsonSerializerOptions.Web)
                : [])
            {
                var tally = Find((kept.Route, kept.Consumer, kept.Kind), kept.FirstAt.ToUnixTimeMilliseconds());
                tally.Requests += kept.Requests;
                tally.LastAt = kept.LastAt.ToUnixTimeMilliseconds();
            }
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            LogNotRead(logger, File, e.Message);
        }
    }

    private void Save()
    {
        if (!_changed)
        {
            return;
        }

        _changed = false;
        try
        {
            Directory.CreateDirectory(options.Folder);
            System.IO.File.WriteAllBytes(File + ".tmp", JsonSerializer.SerializeToUtf8Bytes(View(), JsonSerializerOptions.Web));
            System.IO.File.Move(File + ".tmp", File, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The counts go on in memory; a full disk must not stop the gateway.
            _changed = true;
            LogNotWritten(logger, File, e.Message);
        }
    }

    private sealed class Tally
    {
        public long Requests;

        public long LastAt;

        public required long FirstAt { get; init; }
    }

    [LoggerMessage(75, LogLevel.Warning, "{File} can't be read, so consumers are counted from nothing: {Reason}")]
    private static partial void LogNotRead(ILogger logger, string file, string reason);

    [LoggerMessage(76, LogLevel.Warning, "{File} can't be written, so a restart would lose counts of consumers: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, string file, string reason);
}
