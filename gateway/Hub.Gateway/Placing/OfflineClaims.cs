using System.Collections.Concurrent;
using Hub.Placement;
using Hub.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Placing;

/// <summary>A claim that was made while control was out of reach (SAFETY.md 7): legacy's, kept on disk until reported.</summary>
/// <param name="Won">The claim that New had won meanwhile; then the data is to be carried there at the customer's next request.</param>
internal sealed record OfflineClaim(CustomerKey Key, string Dataset, Claim Claim, long KeepSeconds, Claim Won);

/// <summary>The plane's claims that control does not know yet.</summary>
internal sealed partial class OfflineClaims
{
    private static readonly SqliteSchema Schema = new(
        """
        CREATE TABLE offline_claim (
            key TEXT NOT NULL, dataset TEXT NOT NULL,
            side INTEGER NOT NULL, number INTEGER NOT NULL, revision INTEGER NOT NULL, keep_seconds INTEGER NOT NULL,
            won_side INTEGER NOT NULL, won_number INTEGER NOT NULL, won_revision INTEGER NOT NULL,
            PRIMARY KEY (key, dataset)) WITHOUT ROWID;
        """);

    private readonly SqliteFile _file;
    private readonly int _most;
    private readonly ILogger<OfflineClaims> _logger;
    private readonly ConcurrentDictionary<(CustomerKey Key, string Dataset), OfflineClaim> _claims = new();

    /// <param name="most">So many are kept; of those beyond, the customer's cookie alone tells (about 0.5 KB each, in memory and on disk).</param>
    public OfflineClaims(string folder, ILogger<OfflineClaims> logger, int most = 200_000)
    {
        (_logger, _most) = (logger, most);
        _file = new SqliteFile(Path.Combine(folder, "claims.db"));
        Schema.Upgrade(_file);
        using var connection = _file.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT key, dataset, side, number, revision, keep_seconds, won_side, won_number, won_revision FROM offline_claim";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (CustomerKey.TryParse(row.GetString(0), out var key))
            {
                var claim = new OfflineClaim(
                    key, row.GetString(1), Claim(row, 2), row.GetInt64(5), Claim(row, 6));
                _claims[(key, claim.Dataset)] = claim;
            }
        }

        static Claim Claim(SqliteDataReader row, int at) => new((Side)row.GetByte(at), row.GetInt64(at + 1), row.GetInt64(at + 2));
    }

    /// <summary>Nothing to look for: the usual case, read on each request.</summary>
    public bool IsEmpty => _claims.IsEmpty;

    public IEnumerable<OfflineClaim> ToReport => _claims.Values.Where(claim => !claim.Won.Exists);

    /// <summary>All of one customer.</summary>
    public List<OfflineClaim> Of(CustomerKey key) => IsEmpty ? [] : [.. _claims.Values.Where(claim => claim.Key == key)];

    public OfflineClaim? Find(CustomerKey key, string dataset) => _claims.GetValueOrDefault((key, dataset));

    /// <summary>Keeps the claim, or the one that stands already: the first of two tabs wins here too.</summary>
    public OfflineClaim Keep(OfflineClaim claim)
    {
        if (_claims.Count >= _most && !_claims.ContainsKey((claim.Key, claim.Dataset)))
        {
            // Whoever throws the cookie away is another customer at each write, and must not fill memory and disk.
            LogFull(_logger, _most);
            return claim;
        }

        var standing = _claims.GetOrAdd((claim.Key, claim.Dataset), claim);
        Write(standing);
        return standing;
    }

    /// <summary>Control has heard of it, and New had won meanwhile.</summary>
    public void Lost(OfflineClaim claim, Claim won)
    {
        var lost = claim with { Won = won };
        if (_claims.TryUpdate((claim.Key, claim.Dataset), lost, claim))
        {
            Write(lost);
        }
    }

    public void Remove(OfflineClaim claim)
    {
        if (!_claims.TryRemove((claim.Key, claim.Dataset), out _))
        {
            return;
        }

        Do(command =>
        {
            command.CommandText = "DELETE FROM offline_claim WHERE key = $key AND dataset = $dataset";
            command.Parameters.AddWithValue("$key", claim.Key.ToString());
            command.Parameters.AddWithValue("$dataset", claim.Dataset);
        });
    }

    private void Write(OfflineClaim claim) => Do(command =>
    {
        command.CommandText =
            "INSERT OR REPLACE INTO offline_claim VALUES ($key, $dataset, $side, $number, $revision, $keep, $won_side, $won_number, $won_revision)";
        command.Parameters.AddWithValue("$key", claim.Key.ToString());
        command.Parameters.AddWithValue("$dataset", claim.Dataset);
        command.Parameters.AddWithValue("$side", (int)claim.Claim.Side);
        command.Parameters.AddWithValue("$number", claim.Claim.Number);
        command.Parameters.AddWithValue("$revision", claim.Claim.Revision);
        command.Parameters.AddWithValue("$keep", claim.KeepSeconds);
        command.Parameters.AddWithValue("$won_side", (int)claim.Won.Side);
        command.Parameters.AddWithValue("$won_number", claim.Won.Number);
        command.Parameters.AddWithValue("$won_revision", claim.Won.Revision);
    });

    // A full disk must not keep a shopper from the cart: memory and cookie hold the claim as well.
    private void Do(Action<SqliteCommand> write)
    {
        try
        {
            using var connection = _file.Open();
            using var command = connection.CreateCommand();
            write(command);
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            LogNotWritten(_logger, e.Message);
        }
    }

    [LoggerMessage(52, LogLevel.Warning,
        "{Most} claims made while control is out of reach are kept; of this one the customer's cookie alone tells. Bring control back, and limit clients (Hub.Limits.Client).")]
    private static partial void LogFull(ILogger logger, int most);

    [LoggerMessage(51, LogLevel.Error,
        "A claim made while control is out of reach is not on the disk: {Reason}. It would be lost with this process; make room in the plane's folder.")]
    private static partial void LogNotWritten(ILogger logger, string reason);
}
