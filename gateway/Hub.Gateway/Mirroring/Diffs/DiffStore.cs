using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using Hub.Control.Protocol;
using Hub.Gateway.Mirroring.Comparing;
using Hub.Placement;
using Hub.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Mirroring.Diffs;

/// <summary>
/// The diffs of this plane, a ring on its disk: masked first, then written in the background; where the disk is slower,
/// pairs are dropped and their kinds counted all the same at the next.
/// </summary>
/// <remarks>
/// Bound, whatever the traffic: <see cref="MostPairs"/> pairs of at most <see cref="MostBody"/> characters a body and
/// <see cref="MostOfKind"/> samples a kind, <see cref="MostKinds"/> kinds of mismatches; in all about 100 MB.
/// </remarks>
internal sealed partial class DiffStore : BackgroundService
{
    public const int MostPairs = 1_000, MostOfKind = 20, MostKinds = 1_000, MostBody = 24 * 1024;

    private const int MostWaiting = 32, MostHeaders = 60, MostHeader = 500;

    private static readonly SqliteSchema Schema = new(
        """
        CREATE TABLE kind (
            grp TEXT NOT NULL, route TEXT NOT NULL, field TEXT NOT NULL, strict INTEGER NOT NULL, count INTEGER NOT NULL,
            last_at INTEGER NOT NULL, expected TEXT, actual TEXT, PRIMARY KEY (grp, route, field)) WITHOUT ROWID;
        CREATE TABLE pair (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, view TEXT NOT NULL);
        CREATE TABLE sample (grp TEXT NOT NULL, route TEXT NOT NULL, field TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (grp, route, field, n)) WITHOUT ROWID;
        CREATE INDEX sample_n ON sample (n);
        """);

    private readonly Channel<DiffView> _queue = Channel.CreateBounded<DiffView>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly SqliteFile _file;
    private readonly GatewayOptions _options;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<DiffStore> _logger;

    public DiffStore(GatewayOptions options, GatewayMetrics metrics, TimeProvider time, ILogger<DiffStore> logger)
    {
        (_options, _metrics, _time, _logger) = (options, metrics, time, logger);
        _file = new SqliteFile(Path.Combine(options.Folder, "diffs.db"), durable: false);
        Schema.Upgrade(_file);
        if (!OperatingSystem.IsWindows())
        {
            // What masking does not know may still be in it.
            File.SetUnixFileMode(_file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Masks the pair and queues it. Never waits.</summary>
    /// <returns>False: there was no room, and it is dropped.</returns>
    public bool Keep(MirrorCopy copy, Answer expected, Answer actual, List<Mismatch> mismatches)
    {
        if (_queue.Reader.Count >= MostWaiting)
        {
            _metrics.DiffDropped();
            return false;
        }

        var masking = new Masking(copy.Route.Rules, copy.Personal);
        var (answering, other) = copy.Answering == Side.Legacy ? ("legacy", "new") : ("new", "legacy");
        var view = new DiffView(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)), _time.GetUtcNow(), _options.Name, copy.Route.Group, copy.Route.Id,
            [.. mismatches.Select(mismatch => new MismatchView(
                mismatch.Field, mismatch.Strict, masking.Value(mismatch.Field, mismatch.Expected), masking.Value(mismatch.Field, mismatch.Actual)))],
            $"{Cut(masking.Text(copy.Line), MostHeader)}\n{string.Join('\n', Headers(copy.Request!.Headers.Select(header => new KeyValuePair<string, string>(header.Key, string.Join(", ", header.Value))), masking))}",
            View(answering, expected, masking), View(other, actual, masking));
        return _queue.Writer.TryWrite(view);
    }

    /// <summary>Kinds of mismatches, the most frequent first.</summary>
    public ImmutableArray<DiffKind> List(string? group, string? route, string? field)
    {
        using var connection = _file.Open();
        return [.. connection.Query(
            $"""
            SELECT grp, route, field, strict, count, last_at, expected, actual,
                (SELECT group_concat(id, ' ') FROM (SELECT pair.id AS id FROM sample JOIN pair ON pair.n = sample.n
                 WHERE sample.grp = kind.grp AND sample.route = kind.route AND sample.field = kind.field ORDER BY sample.n DESC LIMIT 3))
            FROM kind WHERE ({group} IS NULL OR grp = {group}) AND ({route} IS NULL OR route = {route}) AND ({field} IS NULL OR field = {field})
            ORDER BY strict DESC, count DESC LIMIT 200
            """,
            row => new DiffKind(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3) != 0, row.GetInt64(4),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)), row.TextOrNull(6), row.TextOrNull(7),
                [.. (row.TextOrNull(8) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)]))];
    }

    public DiffView? Find(string id)
    {
        using var connection = _file.Open();
        return connection.Query($"SELECT view FROM pair WHERE id = {id}", row => JsonSerializer.Deserialize<DiffView>(row.GetString(0), JsonSerializerOptions.Web))
            .SingleOrDefault();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var view in _queue.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    Write(view);
                }
                catch (Exception e) when (e is SqliteException or IOException)
                {
                    _metrics.DiffDropped();
                    LogNotWritten(_logger, e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The plane stops; what is queued are samples, and others come.
        }
    }

    private void Write(DiffView view)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var at = view.At.ToUnixTimeMilliseconds();
        connection.Execute($"INSERT INTO pair (id, view) VALUES ({view.Id}, {JsonSerializer.Serialize(view, JsonSerializerOptions.Web)})");
        var n = connection.QueryNumber($"SELECT last_insert_rowid()")!.Value;
        foreach (var mismatch in view.Mismatches.DistinctBy(mismatch => mismatch.Field))
        {
            connection.Execute(
                $"""
                INSERT INTO kind (grp, route, field, strict, count, last_at, expected, actual)
                VALUES ({view.Group}, {view.Route}, {mismatch.Field}, {(mismatch.Strict ? 1 : 0)}, 1, {at}, {mismatch.Expected}, {mismatch.Actual})
                ON CONFLICT (grp, route, field) DO UPDATE SET
                    count = count + 1, strict = excluded.strict, last_at = excluded.last_at, expected = excluded.expected, actual = excluded.actual
                """);
            connection.Execute($"INSERT INTO sample (grp, route, field, n) VALUES ({view.Group}, {view.Route}, {mismatch.Field}, {n})");
            connection.Execute(
                $"""
                DELETE FROM sample WHERE grp = {view.Group} AND route = {view.Route} AND field = {mismatch.Field} AND n <=
                    (SELECT n FROM sample WHERE grp = {view.Group} AND route = {view.Route} AND field = {mismatch.Field} ORDER BY n DESC LIMIT 1 OFFSET {MostOfKind})
                """);
        }

        // A pair that no kind tells of any more goes too, so that a frequent fault does not drive out the others.
        connection.Execute($"DELETE FROM sample WHERE n <= {n - MostPairs}");
        connection.Execute($"DELETE FROM pair WHERE NOT EXISTS (SELECT 1 FROM sample WHERE sample.n = pair.n)");
        connection.Execute(
            $"DELETE FROM kind WHERE (SELECT COUNT(*) FROM kind) > {MostKinds} AND last_at <= (SELECT last_at FROM kind ORDER BY last_at DESC LIMIT 1 OFFSET {MostKinds})");
        transaction.Commit();
    }

    private static AnswerView View(string side, Answer answer, Masking masking) => new(
        side, answer.Status, [.. Headers(answer.Headers, masking)], Cut(masking.Body(answer), MostBody));

    private static IEnumerable<string> Headers(IEnumerable<KeyValuePair<string, string>> headers, Masking masking) =>
        headers.Take(MostHeaders).Select(header => Cut($"{header.Key}: {masking.Header(header.Key, header.Value)}", MostHeader));

    private static string Cut(string text, int most) =>
        text.Length <= most ? text : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, most)}… ({text.Length:N0} characters)");

    [LoggerMessage(71, LogLevel.Warning, "The diffs can't be written: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, string reason);
}
