using System.Threading.Channels;
using Hub.Control.Protocol;
using Hub.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Explaining;

/// <summary>
/// The bounded ledger (SAFETY.md 15): errors, forms sent back, carries and a sample of the rest, for 14 days or its size.
/// Written in the background; where the disk is slower than the requests, entries are dropped and counted.
/// </summary>
internal sealed partial class Ledger : BackgroundService
{
    private static readonly SqliteSchema Schema = new(
        """
        CREATE TABLE entry (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL, at INTEGER NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
            status INTEGER NOT NULL, route TEXT NOT NULL, grp TEXT, side TEXT NOT NULL, reason TEXT NOT NULL,
            customer TEXT, business_key TEXT, address TEXT NOT NULL, milliseconds REAL NOT NULL, kind TEXT NOT NULL);
        CREATE INDEX entry_at ON entry(at);
        CREATE INDEX entry_customer ON entry(customer) WHERE customer IS NOT NULL;
        CREATE INDEX entry_business_key ON entry(business_key) WHERE business_key IS NOT NULL;
        CREATE INDEX entry_address ON entry(address);
        """);

    private const int MostAnswered = 500;

    /// <summary>How many entries wait for the disk at most.</summary>
    private const int MostWaiting = 4_096;

    /// <summary>How much of a path or a method is kept.</summary>
    private const int LongestText = 500;

    /// <summary>How many refused requests of a second are kept beside the sample.</summary>
    private const int MostRefusals = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Channel<LedgerEntry> _queue = Channel.CreateBounded<LedgerEntry>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly SqliteFile _file;
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly GatewayMetrics _metrics;
    private readonly ILogger<Ledger> _logger;
    private int _counted;
    private long _refusalSecond;
    private int _refusals;

    public Ledger(GatewayOptions options, TimeProvider time, GatewayMetrics metrics, ILogger<Ledger> logger)
    {
        (_options, _time, _metrics, _logger) = (options, time, metrics, logger);
        _file = new SqliteFile(Path.Combine(options.Folder, "ledger.db"), durable: false);
        Schema.Upgrade(_file);
    }

    /// <summary>Keeps the request where it is worth it. Never waits.</summary>
    public void Consider(HttpContext context, Exchange exchange)
    {
        var kind = exchange.Refused ? RefusalKind(exchange) : context.Response.StatusCode >= 500 ? "error" : exchange.Kind;
        if (kind is null && (uint)Interlocked.Increment(ref _counted) % (uint)_options.SampleOneIn != 0)
        {
            return;
        }

        var entry = new LedgerEntry(
            context.Response.Headers[RequestIds.Header].ToString(), exchange.Now, _options.Name, Cut(context.Request.Method),
            Cut(context.Request.Path.Value ?? "/"), context.Response.StatusCode, exchange.RouteId, exchange.Route?.Group,
            Words.Of(exchange.Placement.Side), Words.Of(exchange.Placement.Reason),
            exchange.Key.IsNone ? null : exchange.Key.ToString(), exchange.BusinessKey,
            context.Connection.RemoteIpAddress?.ToString() ?? "", _time.GetElapsedTime(exchange.StartedAt).TotalMilliseconds, kind ?? "sample");
        if (!_queue.Writer.TryWrite(entry))
        {
            _metrics.LedgerDropped();
        }
    }

    // A flood that is refused must not push out of the ledger what it was made for: ten of a second, then one in so many.
    private string? RefusalKind(Exchange exchange)
    {
        var second = exchange.Now.ToUnixTimeSeconds();
        if (Interlocked.Exchange(ref _refusalSecond, second) != second)
        {
            Volatile.Write(ref _refusals, 0);
        }

        return Interlocked.Increment(ref _refusals) <= MostRefusals ? exchange.Kind : null;
    }

    // What a client writes is as long as it likes.
    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];

    /// <summary>The newest entries that all given filters let through.</summary>
    /// <param name="order">A business key's value, or its kind and value.</param>
    public List<LedgerEntry> Find(string? customer, string? order, string? address, DateTimeOffset? since)
    {
        using var connection = _file.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT id, at, method, path, status, route, grp, side, reason, customer, business_key, address, milliseconds, kind
            FROM entry
            WHERE ($customer IS NULL OR customer = $customer) AND ($address IS NULL OR address = $address)
              AND ($order IS NULL OR business_key = $order OR business_key LIKE '% ' || $order) AND at >= $since
            ORDER BY n DESC LIMIT {MostAnswered}
            """;
        command.Parameters.AddWithValue("$customer", (object?)customer ?? DBNull.Value);
        command.Parameters.AddWithValue("$address", (object?)address ?? DBNull.Value);
        command.Parameters.AddWithValue("$order", (object?)order ?? DBNull.Value);
        command.Parameters.AddWithValue("$since", since?.ToUnixTimeMilliseconds() ?? 0);
        using var row = command.ExecuteReader();
        var entries = new List<LedgerEntry>();
        while (row.Read())
        {
            entries.Add(new LedgerEntry(
                row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), _options.Name, row.GetString(2),
                row.GetString(3), row.GetInt32(4), row.GetString(5), Text(row, 6), row.GetString(7), row.GetString(8),
                Text(row, 9), Text(row, 10), row.GetString(11), row.GetDouble(12), row.GetString(13)));
        }

        return entries;

        static string? Text(SqliteDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                // A thread of its own for a moment: the pool's are the requests', and SQLite blocks.
                await Task.Factory.StartNew(
                    WriteWaiting, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                // A commit for many: requests come faster than a disk likes to be asked.
                await Task.Delay(Pause, _time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            WriteWaiting();
        }
    }

    private void WriteWaiting()
    {
        try
        {
            using var connection = _file.Open();
            using var transaction = connection.BeginTransaction();
            for (var i = 0; i < MostWaiting && _queue.Reader.TryRead(out var entry); i++)
            {
                Insert(connection, transaction, entry);
            }

            Trim(connection, transaction);
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            // A full disk must not stop the gateway; the entries of this batch are lost.
            LogNotWritten(_logger, e.Message);
            _metrics.LedgerDropped();
        }
    }

    private static void Insert(SqliteConnection connection, SqliteTransaction transaction, LedgerEntry entry)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            """
            INSERT INTO entry (id, at, method, path, status, route, grp, side, reason, customer, business_key, address, milliseconds, kind)
            VALUES ($id, $at, $method, $path, $status, $route, $group, $side, $reason, $customer, $business_key, $address, $milliseconds, $kind)
            """;
        command.Parameters.AddWithValue("$id", entry.Id);
        command.Parameters.AddWithValue("$at", entry.At.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$method", entry.Method);
        command.Parameters.AddWithValue("$path", entry.Path);
        command.Parameters.AddWithValue("$status", entry.Status);
        command.Parameters.AddWithValue("$route", entry.Route);
        command.Parameters.AddWithValue("$group", (object?)entry.Group ?? DBNull.Value);
        command.Parameters.AddWithValue("$side", entry.Side);
        command.Parameters.AddWithValue("$reason", entry.Reason);
        command.Parameters.AddWithValue("$customer", (object?)entry.Customer ?? DBNull.Value);
        command.Parameters.AddWithValue("$business_key", (object?)entry.Order ?? DBNull.Value);
        command.Parameters.AddWithValue("$address", entry.Address);
        command.Parameters.AddWithValue("$milliseconds", entry.Milliseconds);
        command.Parameters.AddWithValue("$kind", entry.Kind);
        command.ExecuteNonQuery();
    }

    private void Trim(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "DELETE FROM entry WHERE at < $oldest; DELETE FROM entry WHERE n <= (SELECT MAX(n) FROM entry) - $most";
        command.Parameters.AddWithValue("$oldest", (_time.GetUtcNow() - _options.LedgerAge).ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$most", _options.LedgerEntries);
        command.ExecuteNonQuery();

        // SQLite uses freed pages again: the file stays as large as it was at its largest.
        while (Bytes(connection, transaction) > _options.LedgerBytes)
        {
            using var oldest = connection.CreateCommand();
            oldest.Transaction = transaction;
            oldest.CommandText = "DELETE FROM entry WHERE n <= (SELECT MIN(n) + (MAX(n) - MIN(n)) / 20 FROM entry)";
            if (oldest.ExecuteNonQuery() == 0)
            {
                return;
            }
        }
    }

    private static long Bytes(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s";
        return (long)command.ExecuteScalar()!;
    }

    [LoggerMessage(40, LogLevel.Warning, "The ledger of requests can't be written: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, string reason);
}
