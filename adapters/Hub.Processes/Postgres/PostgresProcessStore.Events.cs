using System.Collections.Immutable;

namespace Hub.Processes.Postgres;

public sealed partial class PostgresProcessStore : IEventStore
{
    public async Task<ImmutableArray<string>> NoteEventsAsync(
        string source, IReadOnlyCollection<string> ids, TimeSpan keep, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var now = Now;
        await connection.ExecuteAsync($"DELETE FROM seen WHERE at <= {now - (long)keep.TotalMilliseconds}", cancellationToken);

        // In order, so that two instances that note the same ones don't wait for each other in a circle.
        var unheard = (await connection.QueryAsync($"""
            INSERT INTO seen (source, id, at) SELECT {source}, id, {now} FROM (SELECT DISTINCT unnest({ids.ToArray()}) AS id ORDER BY 1) AS one
            ON CONFLICT (source, id) DO NOTHING RETURNING id
            """,
            row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
        return [.. ids.Where(unheard.Remove)];
    }
}
