using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.Store;

/// <summary>The legacy shop's database, <c>legacy.db</c>.</summary>
internal sealed class LegacyDatabase
{
    // Nine seconds in all: a write has happened or never will before the ten that the shop's API promises have passed.
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(2);
    private const int BusyLimitSeconds = 7;

    private const string Busy = "The shop's database is busy; nothing was written. Try again.";

    private readonly SqliteFile _file;
    private readonly TimeProvider _time;
    private readonly Lock _writing = new();

    public LegacyDatabase(TownContext town)
    {
        _file = town.OpenStore("legacy.db");
        _time = town.Time;
        LegacySchema.Steps.Upgrade(_file);
        Write(db => LegacySeed.Fill(db, town.Seed, Now));
    }

    /// <summary>Now, as the shop writes times: Berlin's, without zone.</summary>
    public string Now => BerlinTime.Text(_time.GetUtcNow());

    /// <summary>Now in milliseconds since 1970, for what the shop counts with.</summary>
    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public T Read<T>(Func<SqliteConnection, T> read)
    {
        using var connection = _file.Open();
        return read(connection);
    }

    /// <summary>Runs a write in a transaction of its own; what throws leaves nothing behind.</summary>
    /// <exception cref="TimeoutException">The database was locked for too long; nothing was written.</exception>
    public T Write<T>(Func<SqliteConnection, T> write)
    {
        if (!_writing.TryEnter(TurnLimit))
        {
            throw new TimeoutException(Busy);
        }

        try
        {
            using var connection = _file.Open();
            connection.DefaultTimeout = BusyLimitSeconds;
            connection.Execute($"PRAGMA busy_timeout=5000");
            using var transaction = connection.BeginTransaction();
            var result = write(connection);
            transaction.Commit();
            return result;
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY)
        {
            throw new TimeoutException(Busy, busy);
        }
        finally
        {
            _writing.Exit();
        }
    }

    public void Write(Action<SqliteConnection> write) => Write(db =>
    {
        write(db);
        return true;
    });
}
