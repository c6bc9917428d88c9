using System.Diagnostics;
using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>
/// A commit stands in the log, and in the stream, a moment before other sessions see its rows; on a busy server that moment is
/// long. Who reads rows after a watermark waits here, or lacks what the stream has passed already.
/// </summary>
/// <remarks>
/// Only a session whose statement began before now and still runs may be in that moment: one that idles in its transaction will
/// commit after the watermark. Without <c>pg_read_all_stats</c> it can't be told apart and is waited for a while. Statements
/// that run long on the same table hold a copy up until they end, not legacy.
/// </remarks>
internal static class CommitsInSight
{
    private const string Sql =
        """
        select bool_or(a.state is not null) from pg_locks l left join pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'relation' and l.mode = 'RowExclusiveLock' and l.granted and l.pid <> pg_backend_pid()
        and l.database = (select oid from pg_database where datname = current_database())
        and (l.relation = $1::regclass or l.relation in (select relid from pg_partition_tree($1::regclass)))
        and (a.state is null or a.state = 'active' and a.query_start <= $2)
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Unseen = TimeSpan.FromSeconds(2);

    /// <param name="table">As SQL names it.</param>
    public static async Task WaitAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var clock = new NpgsqlCommand("select clock_timestamp()", connection);
        var now = (DateTime)(await clock.ExecuteScalarAsync(cancellationToken))!;
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new() { Value = table }, new() { Value = now } } };
        var begin = Stopwatch.GetTimestamp();

        // Null: there is none.
        while (await command.ExecuteScalarAsync(cancellationToken) is bool seen && (seen || Stopwatch.GetElapsedTime(begin) < Unseen))
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }
}
