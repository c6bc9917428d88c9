using System.Collections.Immutable;
using System.Globalization;
using Hub.ChangeFeed.Sources;
using Npgsql;
using NpgsqlTypes;

namespace Hub.ChangeFeed.Postgres;

/// <summary>Whether a target can go on from where it stands: its slot, its publication, its server.</summary>
internal static class PostgresSlot
{
    private const string Again = "Resume the dataset with a new snapshot.";
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    /// <param name="read">Begins to read the slot from there; the task ends when that fails.</param>
    /// <returns>Where the feed begins.</returns>
    public static async Task<FeedPoint> OpenAsync(
        PostgresSource source, string dataset, string slot, ImmutableArray<string> tables, FeedPoint? at, Func<FeedPoint, Task<Task>> read, CancellationToken cancellationToken)
    {
        var feed = $"{await source.ReadLineageAsync(cancellationToken)}/{slot}";
        await using var connection = await source.Database.OpenConnectionAsync(cancellationToken);

        // 1. The server is the one that was read.
        if (at is not null && at.Feed != feed)
        {
            throw new FeedBrokenException(
                $"The target was fed by {at.Feed} (system, timeline, slot) and {source.Name} is {feed}: a restored or failed-over server, or another one. What it holds may differ from what was read. {Again}");
        }

        // 2. All tables are published.
        if (await MissingAsync(connection, dataset, tables, source.Schema, cancellationToken) is { Length: > 0 } missing)
        {
            throw new FeedBrokenException(
                $"The publication {PostgresCapture.Publication(dataset)} at {source.Name} lacks {missing}: changes of it don't come. Run the dataset's install script, then snapshot what was missing.");
        }

        // 3. The slot is this database's, nobody reads it, and it has all since then.
        var found = await FindAsync(connection, slot, cancellationToken);
        if (found is { Foreign: { } whose })
        {
            throw Taken(source, slot, whose, at);
        }

        if (found is { Reader: { } reader })
        {
            throw new InvalidOperationException(
                $"The replication slot {slot} at {source.Name} is read by its process {reader}: another instance, or one that has just ended. It is tried again.");
        }

        if (at is not null)
        {
            Continue(source, slot, found, at);
            await read(at);
            return at;
        }

        return await MakeAsync(source, connection, feed, slot, read, cancellationToken);
    }

    /// <summary>What the server said when the stream was begun or read.</summary>
    public static Exception Explain(PostgresException error, string slot, string name) => error.SqlState switch
    {
        PostgresErrorCodes.ObjectInUse => new InvalidOperationException($"The replication slot {slot} at {name} is read by another process: {error.MessageText}. It is tried again.", error),
        PostgresErrorCodes.UndefinedObject => new FeedBrokenException($"{name} can't send the changes of {slot}: {error.MessageText}. {Again}", error),
        PostgresErrorCodes.ObjectNotInPrerequisiteState => new FeedBrokenException($"{name} no longer has the changes of {slot}: {error.MessageText}. {Again}", error),
        _ => error,
    };

    private static async Task<Found?> FindAsync(NpgsqlConnection connection, string slot, CancellationToken cancellationToken)
    {
        // Names of slots are the server's: another database may have taken this one.
        await using var command = new NpgsqlCommand(
            """
            select active_pid, coalesce(wal_status = 'lost', false), confirmed_flush_lsn, pg_current_wal_flush_lsn(),
                case when database is distinct from current_database() then coalesce('database ' || database, 'a standby') when plugin <> 'pgoutput' then 'the plugin ' || plugin end
            from pg_replication_slots where slot_name = $1
            """, connection)
        { Parameters = { new() { Value = slot } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Found(
                await reader.GetFieldValueAsync<int?>(0, cancellationToken), reader.GetBoolean(1), await LsnAsync(2), await LsnAsync(3),
                await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetString(4))
            : null;

        async Task<NpgsqlLogSequenceNumber> LsnAsync(int column) =>
            await reader.IsDBNullAsync(column, cancellationToken) ? default : reader.GetFieldValue<NpgsqlLogSequenceNumber>(column);
    }

    private static Exception Taken(PostgresSource source, string slot, string whose, FeedPoint? at)
    {
        var why = $"The replication slot {slot} at {source.Name} belongs to {whose}, and a slot's name is the whole server's: give this dataset or its target another name, or drop the slot if nothing reads it any more.";
        return at is null
            ? new InvalidOperationException($"{why} It is tried again.")
            : new FeedBrokenException($"{why} The slot that the target was fed by is gone, and changes since {Lsn(at.Next)} are lost. {Again}");
    }

    private static void Continue(PostgresSource source, string slot, Found? found, FeedPoint at)
    {
        var next = new NpgsqlLogSequenceNumber((ulong)at.Next);
        if (found is null)
        {
            throw new FeedBrokenException(
                $"There is no replication slot {slot} at {source.Name}: it was dropped, or the server failed over to a standby without it. Changes since {next} are lost. {Again}");
        }

        if (found.Lost)
        {
            throw new FeedBrokenException(
                $"{source.Name} has dropped log that the slot {slot} had not read (max_slot_wal_keep_size): changes are lost. {Again}");
        }

        if (found.Confirmed > next)
        {
            throw new FeedBrokenException(
                $"The slot {slot} at {source.Name} was read up to {found.Confirmed}, and the target has only what came before {next}: changes are lost, because the slot was made anew or the target restored. {Again}");
        }

        if (found.End < next)
        {
            throw new FeedBrokenException(
                $"The target has applied up to {next} and the log of {source.Name} ends at {found.End}: legacy was restored to an earlier moment. {Again}");
        }
    }

    /// <summary>
    /// A slot that nobody reads is taken for one that was left over. So whoever makes one keeps others from looking until it is
    /// read: two instances that are given a dataset at one time would drop each other's.
    /// </summary>
    private static async Task<FeedPoint> MakeAsync(
        PostgresSource source, NpgsqlConnection connection, string feed, string slot, Func<FeedPoint, Task<Task>> read, CancellationToken cancellationToken)
    {
        await using var alone = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", connection) { Parameters = { new() { Value = slot } } };
        if (await command.ExecuteScalarAsync(cancellationToken) is false || await FindAsync(connection, slot, cancellationToken) is { Reader: not null })
        {
            throw new InvalidOperationException($"The replication slot {slot} at {source.Name} is being made by another instance. It is tried again.");
        }

        var begin = await CreateAsync(connection, feed, slot, cancellationToken);
        var reading = await read(begin);
        while (!reading.IsCompleted && await FindAsync(connection, slot, cancellationToken) is { Reader: null })
        {
            await Task.Delay(LookAgain, TimeProvider.System, cancellationToken);
        }

        return begin;
    }

    private static async Task<FeedPoint> CreateAsync(NpgsqlConnection connection, string feed, string slot, CancellationToken cancellationToken)
    {
        // Left over from a target that never came to keep where it stands. A new one waits for the transactions that run to end.
        await using var command = new NpgsqlCommand("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1", connection)
        {
            Parameters = { new() { Value = slot } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        command.CommandText = "select lsn from pg_create_logical_replication_slot($1, 'pgoutput')";
        command.CommandTimeout = 0;
        var begin = (ulong)(NpgsqlLogSequenceNumber)(await command.ExecuteScalarAsync(cancellationToken))!;
        return new FeedPoint(feed, (long)begin, new Position(begin));
    }

    private static async Task<string> MissingAsync(
        NpgsqlConnection connection, string dataset, ImmutableArray<string> tables, string schema, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select schemaname, tablename from pg_publication_tables where pubname = $1", connection)
        {
            Parameters = { new() { Value = PostgresCapture.Publication(dataset) } },
        };
        var published = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            published.Add(PostgresCatalog.Name(reader.GetString(0), reader.GetString(1), schema));
        }

        return string.Join(", ", tables.Append(Watermark.Table).Where(table => !published.Contains(table)));
    }

    /// <param name="Reader">The server's process that reads it.</param>
    /// <param name="Foreign">Whose it is, where it is not this dataset's.</param>
    private sealed record Found(int? Reader, bool Lost, NpgsqlLogSequenceNumber Confirmed, NpgsqlLogSequenceNumber End, string? Foreign);

    private static string Lsn(long next) => string.Create(CultureInfo.InvariantCulture, $"{new NpgsqlLogSequenceNumber((ulong)next)}");
}
