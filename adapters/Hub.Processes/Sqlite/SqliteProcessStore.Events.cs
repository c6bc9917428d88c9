using System.Collections.Immutable;
using Hub.Storage;

namespace Hub.Processes.Sqlite;

public sealed partial class SqliteProcessStore : IEventStore
{
    public Task<ImmutableArray<string>> NoteEventsAsync(
        string source, IReadOnlyCollection<string> ids, TimeSpan keep, CancellationToken cancellationToken)
    {
        using var connection = _file.Open();
        using var transaction = connection.BeginTransaction();
        var now = Now;
        connection.Execute($"DELETE FROM seen WHERE at <= {now - (long)keep.TotalMilliseconds}");
        var unheard = ids.Where(id => connection.Execute(
            $"INSERT INTO seen (source, id, at) VALUES ({source}, {id}, {now}) ON CONFLICT (source, id) DO NOTHING") > 0).ToImmutableArray();
        transaction.Commit();
        return Task.FromResult(unheard);
    }
}
