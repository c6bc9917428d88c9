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

    /// <returns>Where the feed begins.</returns>
    public static async Task<FeedPoint> OpenAsync(
        PostgresSource source, string dataset, string slot, ImmutableArray<string> tables, FeedPoint? at, CancellationToken cancellationToken)
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

        // 3. The slot has all since then.
        await using var command = new NpgsqlCommand(
            """
            select active_pid, wal_status = 'lost', confirmed_flush_lsn, pg_current_wal_flush_lsn(), coalesce(plugin = 'pgoutput' and database = current_database(), false)
            from pg_replication_slots where slot_name = $1
            """, connection)
        { Parameters = { new() { Value = slot } } };
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken))
            {
                if (!await reader.IsDBNullAsync(0, cancellationToken))
                {
                    throw new InvalidOperationException(
                        $"The replication slot {slot} at {source.Name} is read by its process {reader.GetInt32(0)}: another instance, or one that has just ended. It is tried again.");
                }

                if (at is not null)
                {
                    if (!reader.GetBoolean(4))
                    {
                        throw new FeedBrokenException($"The replication slot {slot} at {source.Name} is not Hub's: it has another plugin or database. Drop it. {Again}");
                    }

                    if (reader.GetBoolean(1))
                    {
                        throw new FeedBrokenException(
                            $"{source.Name} has dropped log that the slot {slot} had not read (max_slot_wal_keep_size): changes are lost. {Again}");
                    }

                    if (reader.GetFieldValue<NpgsqlLogSequenceNumber>(2) > new NpgsqlLogSequenceNumber((ulong)at.Next))
                    {
                        throw new FeedBrokenException(
                            $"The slot {slot} at {source.Name} was read up to {reader.GetFieldValue<NpgsqlLogSequenceNumber>(2)}, and the target has only what came before {Lsn(at.Next)}: changes are lost, because the slot was made anew or the target restored. {Again}");
                    }

                    if (reader.GetFieldValue<NpgsqlLogSequenceNumber>(3) < new NpgsqlLogSequenceNumber((ulong)at.Next))
                    {
                        throw new FeedBrokenException(
                            $"The target has applied up to {Lsn(at.Next)} and the log of {source.Name} ends at {reader.GetFieldValue<NpgsqlLogSequenceNumber>(3)}: legacy was restored to an earlier moment. {Again}");
                    }

                    return at;
                }
            }
            else if (at is not null)
            {
                throw new FeedBrokenException(
                    $"There is no replication slot {slot} at {source.Name}: it was dropped, or the server failed over to a standby without it. Changes since {Lsn(at.Next)} are lost. {Again}");
            }
        }

        return await CreateAsync(connection, feed, slot, cancellationToken);
    }

    /// <summary>What the server said when the stream was begun or read.</summary>
    public static Exception Explain(PostgresException error, string slot, string name) => error.SqlState switch
    {
        PostgresErrorCodes.ObjectInUse => new InvalidOperationException($"The replication slot {slot} at {name} is read by another process: {error.MessageText}. It is tried again.", error),
        PostgresErrorCodes.UndefinedObject => new FeedBrokenException($"{name} can't send the changes of {slot}: {error.MessageText}. {Again}", error),
        PostgresErrorCodes.ObjectNotInPrerequisiteState => new FeedBrokenException($"{name} no longer has the changes of {slot}: {error.MessageText}. {Again}", error),
        _ => error,
    };

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

    private static string Lsn(long next) => string.Create(CultureInfo.InvariantCulture, $"{new NpgsqlLogSequenceNumber((ulong)next)}");
}
